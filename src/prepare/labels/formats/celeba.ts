import { type Label, type LabelFormat, type Source, splitOf } from "../table.ts";

/** CelebA: `list_attr_celeba` with ±1 (as text or CSV), `list_eval_partition` with 0, 1, 2. */
export const celeba: LabelFormat = {
  name: "celeba",
  expects: "list_attr_celeba.txt or .csv with attributes of 1 and -1",
  read(sources) {
    const attributes = sources.find(({ path }) => /(^|\/)list_attr_celeba\.(txt|csv)$/.test(path));
    if (attributes === undefined) return undefined;
    const partition = sources.find(({ path }) => /(^|\/)list_eval_partition\.(txt|csv)$/.test(path));
    const splits = new Map(partition && cells(partition).map(([name, split]) => [name, splitOf(split)] as const));
    const names = attributes.header.filter((name) => name !== "image_id");
    return {
      rows: cells(attributes).map(([name = "", ...values]) => ({
        name,
        split: splits.get(name),
        labels: Object.fromEntries(names.map((label, i): [string, Label] => [label, signed(values[i])])),
      })),
      notes: [],
    };
  },
};

/** The partition's text file has no header: its first line is a row. */
function cells({ path, header, rows }: Source): readonly (readonly string[])[] {
  return /list_eval_partition\.txt$/.test(path) ? [header, ...rows] : rows;
}

function signed(cell: string | undefined): Label {
  return cell === "1" ? 1 : cell === "-1" || cell === "0" ? 0 : undefined;
}

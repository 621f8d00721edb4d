import { column, columnName, either, hasColumns, type Label, type LabelFormat } from "../table.ts";

/** NIH ChestX-ray14: `Image Index` and `Finding Labels` joined by "|"; lists of file names say the split. */
export const nih: LabelFormat = {
  name: "nih",
  expects: "a CSV with Image Index and Finding Labels",
  read(sources) {
    const table = sources.find((source) => hasColumns(source, "Image Index", "Finding Labels"));
    if (table === undefined) return undefined;
    const lists = [
      ["train", /(^|\/)train_val_list\.txt$/],
      ["test", /(^|\/)test_list\.txt$/],
    ] as const;
    const splits = new Map(
      lists.flatMap(([split, pattern]) =>
        sources
          .filter(({ path }) => pattern.test(path))
          .flatMap(({ header, rows }) => [header, ...rows].map(([name = ""]) => [name, split] as const)),
      ),
    );
    const found = (column(table, "Finding Labels") ?? []).map((cell) => cell.split("|").filter((name) => name !== ""));
    const findings = [...new Set(found.flat())].sort();
    const [gender, view] = ["Patient Gender", "View Position"].map((name) => column(table, name));
    return {
      rows: (column(table, "Image Index") ?? []).map((name, i) => ({
        name,
        split: splits.get(name),
        labels: {
          ...Object.fromEntries(
            findings.map((finding): [string, Label] => [
              columnName(finding),
              found[i]?.length ? (found[i].includes(finding) ? 1 : 0) : undefined,
            ]),
          ),
          male: either(gender?.[i], ["m"], ["f"]),
          AP: either(view?.[i], ["ap"], ["pa"]),
        },
      })),
      notes: [],
    };
  },
};

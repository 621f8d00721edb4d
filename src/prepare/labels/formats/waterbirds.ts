import { column, hasColumns, type LabelFormat, labelOf, splitOf } from "../table.ts";

/** Waterbirds: `img_filename`, `y` (waterbird), `place` (water), `split`; the group is 2·y + place. */
export const waterbirds: LabelFormat = {
  name: "waterbirds",
  expects: "a CSV with img_filename, y, place and split",
  read(sources) {
    const table = sources.find((source) => hasColumns(source, "img_filename", "y", "place"));
    if (table === undefined) return undefined;
    const [y, place, split] = ["y", "place", "split"].map((name) => column(table, name));
    return {
      rows: (column(table, "img_filename") ?? []).map((name, i) => ({
        name,
        split: splitOf(split?.[i]),
        labels: { waterbird: labelOf(y?.[i]), water: labelOf(place?.[i]) },
      })),
      notes: [],
    };
  },
};

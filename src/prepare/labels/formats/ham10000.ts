import { column, either, hasColumns, type LabelFormat, oneHot } from "../table.ts";

/** HAM10000: `image_id`, `dx` and `localization` in words; files are named by id. */
export const ham10000: LabelFormat = {
  name: "ham10000",
  expects: "a CSV with image_id and dx",
  read(sources) {
    const table = sources.find((source) => hasColumns(source, "image_id", "dx"));
    if (table === undefined) return undefined;
    const diagnoses = oneHot(column(table, "dx") ?? []);
    const places = oneHot(
      (column(table, "localization") ?? []).map((cell) => (cell === "unknown" ? "" : cell)),
      "on",
    );
    const sex = column(table, "sex");
    return {
      rows: (column(table, "image_id") ?? []).map((name, i) => ({
        name,
        labels: { ...diagnoses[i], male: either(sex?.[i], ["male"], ["female"]), ...places[i] },
      })),
      notes: [],
    };
  },
};

import { column, either, hasColumns, type Label, type LabelFormat, labelOf, type Source } from "../table.ts";

/** ISIC 2019 (`image`, one column of 0.0 or 1.0 a diagnosis) and ISIC 2020 (`image_name`, `target`); files are named by id. */
export const isic: LabelFormat = {
  name: "isic",
  expects: "a CSV with image, MEL, NV (2019) or image_name, benign_malignant, target (2020)",
  read(sources) {
    const diagnoses = sources.find((source) => hasColumns(source, "image", "MEL", "NV"));
    if (diagnoses !== undefined) return { rows: byDiagnosis(diagnoses), notes: [] };
    const targets = sources.find((source) => hasColumns(source, "image_name", "benign_malignant", "target"));
    return targets && { rows: byTarget(targets), notes: [] };
  },
};

function byDiagnosis(table: Source) {
  const names = table.header.filter((name) => name !== "image" && name !== "");
  const columns = names.map((name) => column(table, name));
  return (column(table, "image") ?? []).map((name, i) => ({
    name,
    labels: Object.fromEntries(names.map((label, at): [string, Label] => [label, labelOf(columns[at]?.[i])])),
  }));
}

function byTarget(table: Source) {
  const [target, sex] = [column(table, "target"), column(table, "sex")];
  return (column(table, "image_name") ?? []).map((name, i) => ({
    name,
    labels: { malignant: labelOf(target?.[i]), male: either(sex?.[i], ["male"], ["female"]) },
  }));
}

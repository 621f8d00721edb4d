import { uncertainNote } from "../../../words/labels.ts";
import { column, columnName, either, hasColumns, type Label, type LabelFormat, labelOf, splitOf } from "../table.ts";

const facts = new Set(["Path", "Sex", "Age", "Frontal/Lateral", "AP/PA"]);

/** CheXpert: `Path` and 14 findings of 1, 0, −1 (uncertain, left blank) or nothing. */
export const chexpert: LabelFormat = {
  name: "chexpert",
  expects: "a CSV with Path, Frontal/Lateral and findings",
  read(sources) {
    const tables = sources.filter((source) => hasColumns(source, "Path", "Frontal/Lateral"));
    if (tables.length === 0) return undefined;
    const rows = tables.flatMap((table) => {
      const findings = table.header.filter((name) => name !== "" && !facts.has(name));
      const columns = findings.map((name) => column(table, name));
      const [sex, view, side] = ["Sex", "Frontal/Lateral", "AP/PA"].map((name) => column(table, name));
      return (column(table, "Path") ?? []).map((name, i) => ({
        name,
        split: splitOf(/(^|\/)(train|valid|test)\//.exec(name)?.[2]),
        labels: {
          ...Object.fromEntries(
            findings.map((finding, at): [string, Label] => [columnName(finding), labelOf(columns[at]?.[i])]),
          ),
          male: either(sex?.[i], ["male"], ["female"]),
          lateral: either(view?.[i], ["lateral"], ["frontal"]),
          AP: either(side?.[i], ["ap"], ["pa"]),
        },
      }));
    });
    return { rows, notes: [uncertainNote] };
  },
};

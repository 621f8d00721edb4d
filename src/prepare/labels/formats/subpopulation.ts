import { column, hasColumns, type LabelFormat, oneHot, splitOf } from "../table.ts";

/** Tables of subpopulation benchmarks: `filename`, class `y`, attribute `a`, `split`. */
export const subpopulation: LabelFormat = {
  name: "subpopulation",
  expects: "a CSV with filename, y, a and split",
  read(sources) {
    const table = sources.find((source) => hasColumns(source, "filename", "y", "a"));
    if (table === undefined) return undefined;
    const [classes, attributes] = (["y", "a"] as const).map((name) => labels(column(table, name) ?? [], name));
    const split = column(table, "split");
    return {
      rows: (column(table, "filename") ?? []).map((name, i) => ({
        name,
        split: splitOf(split?.[i]),
        labels: { ...classes?.[i], ...attributes?.[i] },
      })),
      notes: [],
    };
  },
};

/** 0 and 1 are one label; more values are one label each. */
function labels(cells: readonly string[], name: string) {
  const whole = cells.map((cell) => (cell === "" || !Number.isFinite(Number(cell)) ? cell : String(Number(cell))));
  if (whole.every((cell) => cell === "0" || cell === "1" || cell === "")) {
    return whole.map((cell) => ({ [name]: cell === "" ? undefined : cell === "1" ? (1 as const) : (0 as const) }));
  }
  return oneHot(whole, name);
}

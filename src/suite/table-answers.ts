import { csvFormatRows, csvParseRows } from "d3-dsv";
import { platform } from "#platform";
import { CfalignError } from "../base/errors.ts";
import { type Answers, aboutTargets } from "./answers.ts";
import { picturesOf, type Suite } from "./open-suite.ts";

/** How a table of predictions is read. */
export interface TableOptions {
  /** `target=feature`, where a column has another name than its feature. */
  readonly about?: readonly string[];
}

/**
 * Reads predictions that any program made: `file,prediction` with a row for every picture that `cfalign suite list` names, or a column for every target. A column
 * `prediction` is about what `about` says. Errors: CfalignError("input") in one line for what is missing, twice, unknown or no prediction.
 */
export async function readTable(suite: Suite, path: string, { about }: TableOptions = {}): Promise<Answers> {
  const { files } = platform;
  const fail = (problem: string): CfalignError => new CfalignError("input", `${path}: ${problem}`, { where: path });
  if (!(await files.exists(path))) throw fail("expected a table of predictions, found nothing there");
  const [header, ...lines] = csvParseRows(new TextDecoder().decode(await files.read(path)).replace(/^\uFEFF/, ""));
  const targets = header?.slice(1) ?? [];
  if (header?.[0] !== "file" || targets.length === 0 || new Set(targets).size < targets.length) {
    throw fail(`expected columns file,prediction, or file and a column a target, found ${header?.join(",") || "none"}`);
  }
  const pictures = picturesOf(suite);
  const known = new Map(
    suite.pairs.flatMap(({ before, after }) => [before, after]).map(({ file, sha256 }) => [file, sha256]),
  );
  const predictions = new Map<string, readonly number[]>();
  const places = new Map<string, number>();
  for (const [place, line] of lines.entries()) {
    const row = place + 2;
    const [name = "", ...values] = line;
    if (line.length === 1 && name === "") continue;
    if (values.length !== targets.length)
      throw fail(`row ${row}: expected ${targets.length + 1} values, found ${line.length}`);
    const file = name.trim().replaceAll("\\", "/").replace(/^\.\//, "");
    const sha256 = known.get(file);
    if (sha256 === undefined) throw fail(`row ${row}: expected a file that cfalign suite list names, found "${name}"`);
    const before = places.get(file);
    if (before !== undefined) throw fail(`row ${row}: "${file}" is in row ${before} already`);
    places.set(file, row);
    const numbers = values.map((value, column) => predictionIn(value, () => `row ${row}, ${targets[column]}`, fail));
    if (numbers.some((number, column) => differs(predictions.get(sha256)?.[column], number))) {
      throw fail(`row ${row}: "${file}" is the same picture as one above, with another prediction`);
    }
    predictions.set(sha256, numbers);
  }
  const missing = pictures.filter(({ sha256 }) => !predictions.has(sha256));
  if (missing.length > 0) {
    throw fail(
      `expected a row for each of ${pictures.length} pictures, ${missing.length} are missing, such as "${missing[0]?.file}"`,
    );
  }
  const features = aboutTargets(suite, targets, about);
  return {
    from: path,
    classifiers: targets.map((name) => ({ name, softmax: null, about: features.get(name) })),
    predictions,
    notes: [],
  };
}

function differs(before: number | undefined, now: number): boolean {
  return before !== undefined && Math.abs(before - now) > 1e-4;
}

/** NaN, and an empty place, are no answer; what else is no number from 0 to 1 is a mistake. */
function predictionIn(text: string, where: () => string, fail: (problem: string) => CfalignError): number {
  const trimmed = text.trim();
  if (trimmed === "" || /^nan$/i.test(trimmed)) return Number.NaN;
  const value = Number(trimmed);
  if (value >= 0 && value <= 1) return value;
  throw fail(`${where()}: expected a prediction from 0 to 1, found "${trimmed}"`);
}

/** Answers as such a table. */
export function tableOf(suite: Suite, { classifiers, predictions }: Answers): string {
  const rows = picturesOf(suite).map(({ file, sha256 }) => [
    file,
    ...(predictions.get(sha256) ?? []).map((value) => (Number.isNaN(value) ? "" : String(value))),
  ]);
  return `${csvFormatRows([["file", ...classifiers.map(({ name }) => name)], ...rows])}\n`;
}

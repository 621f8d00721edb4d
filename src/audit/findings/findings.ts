import type { Perturbation } from "../../alignment/rows.ts";
import { lostTo } from "../cells/survival.ts";
import type { Cell, Finding, Matrix } from "../schema.ts";
import { thresholds } from "../thresholds.ts";
import { quoted, range, signed, withOrWithout } from "../words.ts";
import { viewsOf } from "./views.ts";

type Side = "present" | "absent";

/** What the perturbations of a run are called in a sentence. */
const perturbationWords: Readonly<Record<Perturbation, string>> = {
  reencoded: "re-encoding",
  jpeg: "JPEG",
  blurred: "a slight blur",
  shifted: "a shift of one pixel",
};
/** RC on present images below which a classifier does not rely on its own concept. */
const ownConcept = 0.5;
/** Images from which that is said. */
const minOwnCount = 10;
/** Shifts of prevalence that one finding names. */
const maxShifts = 3;

/**
 * What a matrix says, as plain sentences. First the found cells: those that the judge does not contradict before the others, among these
 * those that not all other views contradict, among these those whose base mostly reached the drop, and then strongest first: by the end of
 * the interval that is nearer to 0, so that a wide interval does not lead. Then the classifiers that do not rely on their own concept,
 * weakest first. Same-concept cells, classes of one softmax, and cells that are clear or unresolved are no findings.
 */
export function findings(matrix: Matrix): Finding[] {
  const reliances = matrix.cells.flatMap((cell) => reliance(matrix, cell) ?? []);
  const doubted = (finding: Finding): number => (finding.unconfirmed ? 1 : 0);
  const strained = (finding: Finding): number => (rarelyReached(matrix, finding.base) ? 1 : 0);
  reliances.sort(
    (a, b) => doubted(a) - doubted(b) || alone(a) - alone(b) || strained(a) - strained(b) || strength(b) - strength(a),
  );
  const failing = matrix.bases.flatMap((base) => failingOwnConcept(matrix, base) ?? []);
  failing.sort((a, b) => a.relativeChange - b.relativeChange);
  return [...reliances, ...failing];
}

/** 1 where there are views beside relative change and all of them say no. */
function alone({ views }: Finding): number {
  const others = views.filter(({ view }) => view !== "relative-change");
  return others.length > 0 && others.every(({ confirms }) => confirms === false) ? 1 : 0;
}

/**
 * Whether most images that could have reached the drop did not. The search then went as far as it may: what moved on such a
 * long way may be the way, not the classifier.
 */
function rarelyReached(matrix: Matrix, base: string): boolean {
  const row = matrix.rows.find((candidate) => candidate.base === base);
  return row !== undefined && row.reached * 2 < row.eligible;
}

function strength({ ci }: Finding): number {
  return Math.min(Math.abs(ci[0]), Math.abs(ci[1]));
}

function reliance(matrix: Matrix, cell: Cell): Finding | undefined {
  if (cell.state !== "found" || cell.stratum === null) return undefined;
  const figures = cell[cell.stratum];
  if (figures.mean === null || figures.ci === null) return undefined;
  const what = `${moved(cell, cell.stratum)}: relative change ${signed(figures.mean)}`;
  return {
    kind: "relies-on",
    base: cell.base,
    downstream: cell.downstream,
    sentence: `${what} (${support(matrix, cell, cell.stratum)}).`,
    unconfirmed: isUnconfirmed(cell, cell.stratum),
    qualifiers: qualifiers(matrix, cell, cell.stratum),
    relativeChange: figures.mean,
    ci: [figures.ci[0], figures.ci[1]],
    count: figures.count,
    stratum: cell.stratum,
    views: viewsOf(matrix, cell, figures.mean),
  };
}

/**
 * The base against the first other classifier of its concept. When the base itself comes first it is the reference for its concept, and only a
 * judge can speak against it; a judge that moves with the base always clears it, since the other classifier may be the one that is wrong.
 */
function failingOwnConcept(matrix: Matrix, base: string): Finding | undefined {
  const own = matrix.cells.filter((cell) => cell.base === base && cell.sameConcept);
  const cell = own.find((candidate) => candidate.downstream !== base);
  if (cell === undefined || (cell.judge === null && own[0]?.downstream === base)) return undefined;
  if (cell.judge !== null && (cell.judge.mean === null || cell.judge.mean >= ownConcept)) return undefined;
  const { mean, ci, count } = cell.present;
  if (mean === null || ci === null || count < minOwnCount || ci[1] >= ownConcept) return undefined;
  return {
    kind: "ignores-own-concept",
    base,
    downstream: cell.downstream,
    sentence: `${quoted(base)} does not rely on its own concept: ${lower(moved(cell, "present"))}: relative change ${signed(mean)} (${support(matrix, cell, "present")}).`,
    unconfirmed: false,
    qualifiers: selectionQualifiers(matrix, cell),
    relativeChange: mean,
    ci: [ci[0], ci[1]],
    count,
    stratum: "present",
    views: [{ view: "relative-change", value: mean, confirms: true }],
  };
}

/** "Lowering a by 0.60 lowers b by 0.41 on the images that have it". */
function moved(cell: Cell, side: Side): string {
  const { baseChange, change } = cell[side];
  const verb = (change ?? 0) <= 0 ? "lowers" : "raises";
  const by = Math.abs(change ?? 0).toFixed(2);
  return `Lowering ${quoted(cell.base)} by ${(baseChange ?? 0).toFixed(2)} ${verb} ${quoted(cell.downstream)} by ${by} on the images ${withOrWithout(cell.downstream, side)}`;
}

/** "95 % interval 0.61–0.75, 57 images; the judge says 0.66". */
function support(matrix: Matrix, cell: Cell, side: Side): string {
  const { ci, count } = cell[side];
  const percent = Number((matrix.confidence * 100).toFixed(2));
  const interval = ci === null ? "" : `${percent} % interval ${range(ci[0], ci[1])}, `;
  const judge = cell.judge?.mean == null ? "" : `; the judge says ${signed(cell.judge.mean)}`;
  return `${interval}${count} images${judge}`;
}

/** Whether the judge's relative change has another sign than the cell's, or is below half of it. */
function isUnconfirmed(cell: Cell, side: Side): boolean {
  const mean = cell[side].mean ?? 0;
  const judged = cell.judge?.mean ?? undefined;
  // Another sign gives a negative product, less than half a smaller one.
  return judged !== undefined && judged * Math.sign(mean) < Math.abs(mean) / 2;
}

function qualifiers(matrix: Matrix, cell: Cell, side: Side): string[] {
  const found: string[] = [];
  if (cell.judge !== null && isUnconfirmed(cell, side)) {
    found.push(`unconfirmed by the judge ${quoted(cell.judge.name)}: ${signed(cell.judge.mean ?? 0)}`);
  }
  if (cell.z !== null && cell.z < thresholds.minScore) found.push(`within noise floor: z = ${signed(cell.z)}`);
  if (matrix.probes.includes(cell.downstream)) {
    found.push(
      `${quoted(cell.downstream)} is a probe: it reads the latent that counterfactuals move in, and is no independent witness`,
    );
  }
  const audit = matrix.audit.find((row) => row.classifier === cell.downstream);
  if (audit?.blind) found.push(`the autoencoder loses ${quoted(cell.downstream)}`);
  return [...found, ...selectionQualifiers(matrix, cell)];
}

/** What the choice of images says against taking a row for the whole: its own feature first. */
function selectionQualifiers(matrix: Matrix, { base, downstream }: Cell): string[] {
  const row = matrix.rows.find((candidate) => candidate.base === base);
  if (row === undefined) return [];
  const found: string[] = [];
  if (row.used * 2 < row.selected)
    found.push(`${quoted(base)} moved on ${row.used} of ${row.selected} selected images only`);
  if (rarelyReached(matrix, base))
    found.push(`${quoted(base)} reached the drop on ${row.reached} of the ${row.eligible} images that could`);
  const lost = lostTo(row, thresholds.minSurvival).filter((name): name is Perturbation => name !== "judge");
  if (lost.length > 0) {
    const each = lost
      .map((name) => `${perturbationWords[name]} (${signed(row.survival[name]?.share ?? 0)})`)
      .join(", ");
    found.push(`less than half of the fall of ${quoted(base)} survives ${each}: it may be a pattern that nobody sees`);
  }
  const own = row.shifts.filter(({ feature }) => feature === downstream);
  const others = row.shifts.filter(({ feature }) => feature !== downstream);
  for (const { feature, used, dropped } of [...own, ...others].slice(0, maxShifts)) {
    found.push(
      `used and dropped images differ in ${quoted(feature)}: ${used.toFixed(2)} against ${dropped.toFixed(2)}`,
    );
  }
  return found;
}

function lower(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}

// What docs/results.md says, in numbers: the analogue of each figure of the paper on the built-in world.

import { platform } from "#platform";
import { plantedBenchmark } from "../../bench/planted.ts";
import type { PlantedResult } from "../../bench/schema.ts";
import type { ChangeRow } from "../../src/alignment/rows.ts";
import { stack } from "../../src/base/tensor.ts";
import {
  alignmentMatrix,
  type Classifier,
  type Correlation,
  comparableMaps,
  findImages,
  type Matrix,
  mapSimilarity,
  type OpenRun,
  type RectifiedTarget,
  type RectifyOptions,
  readImage,
  rectify,
  type SaliencyMethod,
  saliency,
  saliencyMethods,
  type Workspace,
} from "../../src/index.ts";
import { fitImage } from "../../src/models/fit-image.ts";
import { rectificationSchema } from "../../src/rectify/schema.ts";
import { mean } from "../../src/statistics/moments.ts";
import { planted } from "../../src/world/factors.ts";
import { alignedRun, drawnFaces } from "../world/built-in-world.ts";

/** Faces, positive images per target, and targets; of the rest what is not the default. */
interface RectifySizes extends Pick<RectifyOptions, "fits" | "checkImages" | "patience" | "resamples" | "firstGuess"> {
  readonly faces: number;
  readonly positives: number;
  readonly targets: readonly string[];
  /** Of the faces' labels; none when absent. */
  readonly correlate?: readonly Correlation[];
}

/** How much is measured. */
export interface Sizes {
  readonly faces: number;
  /** Positive images per base. */
  readonly positives: number;
  /** Positive images per base whose direction is decomposed, and noisy latents of each (8). */
  readonly decomposed: { readonly images: number; readonly draws?: number };
  /** Images whose saliency maps are compared. */
  readonly maps: number;
  /** Bases of the matrix; those that carry a figure are always among them. */
  readonly bases: readonly string[];
  /** As scripts/measure/measure-rectify.ts; all else by default. */
  readonly rectify: RectifySizes;
  /** Pictures per model of the benchmark, and whether on a third of its models; or its result; undefined: no benchmark. */
  readonly benchmark: { readonly perModel: number; readonly quick: boolean } | PlantedResult | undefined;
}

/** Pairs that go together in the faces, and that no classifier was taught to confuse. */
export const innocentPairs = [
  { a: "eyeglasses", b: "beard", phi: 0.6 },
  { a: "lipstick", b: "earrings", phi: 0.6 },
] as const;

/** The network that shares nothing with the classifiers; it says whether a feature is gone. */
const judge = "attributes-b";

/** Coefficients of arched_eyebrows in the induced classifier (Eq. 4; the paper's is 0.3). */
export const coefficients = [0, 0.1, 0.3, 1] as const;
const induced = (c: number): string => (c === 0 ? "smiling" : `smiling + ${c === 1 ? "" : `${c}*`}arched_eyebrows`);

/** Bases without which a figure is missing. */
const needed = [
  ...innocentPairs.flatMap(({ a, b }) => [a, b]),
  ...["smiling", "mouth_open", "big_nose", "eyeshadow"],
  ...["smiling-eyeglasses-95", "smiling-lipstick-95", "eyeshadow-big_nose-95"],
];

export const quick: Sizes = {
  faces: 200,
  positives: 30,
  decomposed: { images: 10 },
  maps: 12,
  bases: needed,
  rectify: {
    ...{ faces: 260, positives: 100, targets: ["smiling-eyeglasses-85", "eyeshadow-big_nose-95"] },
    // From 0, as the paper, so that the curve shows the way.
    ...{ firstGuess: false, fits: 1 },
  },
  benchmark: { perModel: 20, quick: true },
};

export const full: Sizes = {
  faces: 400,
  positives: 100,
  decomposed: { images: 20 },
  maps: 32,
  bases: ["all"],
  rectify: { faces: 400, positives: 200, targets: Object.keys(planted), firstGuess: false },
  benchmark: { perModel: 20, quick: false },
};

type Interval = readonly [number, number] | null;

/** A cell of the matrix, as far as the page needs it. */
export interface CellFigures {
  readonly base: string;
  readonly downstream: string;
  readonly mean: number | null;
  readonly ci: Interval;
  readonly count: number;
  readonly present: { readonly mean: number | null; readonly ci: Interval; readonly count: number };
  readonly state: string | null;
  readonly sameConcept: boolean;
}

export interface Alignments {
  readonly images: number;
  readonly bases: readonly string[];
  readonly downstream: readonly string[];
  readonly cells: readonly CellFigures[];
  /** Rows in the order of `bases`. */
  readonly used: readonly { readonly selected: number; readonly used: number }[];
  readonly predictionCorrelation: readonly (readonly (number | null)[])[];
  readonly labelCorrelation: readonly (readonly (number | null)[])[];
  readonly decomposition: readonly {
    readonly base: string;
    readonly count: number;
    readonly explained: number;
    /** Largest first. */
    readonly shares: readonly {
      readonly concept: string;
      readonly share: number;
      readonly ci: Interval;
      readonly state: string | null;
    }[];
  }[];
}

/** Two classifiers whose maps overlap, by method, and what happens to the second when the first is lowered. */
export interface Overlap {
  readonly base: string;
  readonly downstream: string;
  readonly maps: readonly { readonly method: SaliencyMethod; readonly cosine: number; readonly rank: number }[];
  /** Its place by overlap among all pairs of clean classifiers, and how many there are. */
  readonly place: number;
  readonly pairs: number;
  readonly images: number;
}

/** The image behind a picture. */
export interface Example {
  readonly image: string;
  readonly base: string;
  readonly downstream: string;
  readonly relativeChange: number;
}

/** What comes of lowering a biased classifier one way. */
export interface Way {
  /** Images whose prediction fell as far as was asked, of those on which it could. */
  readonly reached: number;
  readonly eligible: number;
  /** To the planted feature, where it is present. */
  readonly present: CellFigures["present"];
  /** Images on which classifier and judge see the planted feature before, and the classifier no longer does; and how often the judge agrees. */
  readonly gone: number;
  readonly judgeAgrees: number;
}

/** A biased classifier along the paper's direction (Eq. 1), and along a path. */
export interface Ways {
  readonly base: string;
  readonly feature: string;
  readonly gradient: Way;
  readonly path: Way;
}

/** One point of the curve of Eq. 4. */
export interface Induced {
  readonly coefficient: number;
  readonly cell: CellFigures;
}

export interface Measured {
  /** Which sizes. */
  readonly kind: string;
  readonly alignments: Alignments;
  readonly examples: { readonly aligned: Example; readonly inverse: Example; readonly induced: Example };
  readonly ways: readonly Ways[];
  readonly overlap: Overlap;
  readonly induced: readonly Induced[];
  readonly rectified: readonly RectifiedTarget[];
  readonly rectifiedFaces: number;
  /** null where it was not run. */
  readonly benchmark: Pick<
    PlantedResult,
    "quick" | "split" | "images" | "headline" | "scores" | "families" | "unused" | "missingConcept"
  > | null;
}

/** Where the pictures come from. */
export interface Folders {
  readonly faces: string;
  readonly run: string;
  readonly rectified: string;
}

/** Measures everything into a folder; what an earlier call left there is taken up. */
export async function measure(
  workspace: Workspace,
  sizes: Sizes,
  { kind, folder, say }: { readonly kind: string; readonly folder: string; readonly say: (text: string) => void },
): Promise<{ readonly measured: Measured; readonly folders: Folders }> {
  const { files } = platform;
  const at = (name: string): string => files.join(folder, name);
  await files.makeDirectory(folder);
  const faces = await facesOf(sizes, folder);
  const clean = cleanOf(workspace);
  const bases = [...new Set([...sizes.bases, ...needed].flatMap((name) => workspace.classifiers(name)))].map(
    ({ name }) => name,
  );
  const all = [...new Set([...bases, ...coefficients.map(induced)])];

  const sayOf = (what: string) => (done: number, total: number) => say(`${what}: ${done} of ${total} images`);
  const run = at("run");
  const opened = await alignedRun(
    faces,
    {
      workspace,
      bases: all,
      downstream: clean,
      judges: [],
      limit: sizes.positives,
      keepImages: 0,
      saliency: { method: "input-gradients", images: sizes.maps },
      out: run,
    },
    sayOf("alignment"),
  );
  const directions = await alignedRun(
    faces,
    {
      workspace,
      bases: ["smiling", ...biasedOf(bases)],
      // With the judges: a clean classifier must not explain its own direction.
      downstream: clean,
      limit: sizes.decomposed.images,
      keepImages: 0,
      decompose: sizes.decomposed,
      out: at("directions"),
    },
    sayOf("decomposition"),
  );
  const matrix = alignmentMatrix(opened);
  const alignments = alignmentsOf(matrix, alignmentMatrix(directions), opened.images.length);
  const labels = new Map(opened.images.map((image) => [image.image, image.labels]));
  const example = (base: string, downstream: string, below: boolean, hiddenBy: readonly string[] = []): Example => {
    const { images } = findImages(opened, {
      ...{ base, downstream },
      ...(below ? { below: 0 } : { above: 0, stratum: "present" }),
    });
    // Of images on which the base fell as far as it was asked to, if there are any, the one whose downstream prediction moved most.
    const whole = images.filter(({ baseChange }) => baseChange >= opened.options.drop - 0.02);
    const plain = whole.filter(({ image }) => hiddenBy.every((name) => labels.get(image)?.[name] === 0));
    const [some = images] = [plain, whole].filter(({ length }) => length > 0);
    const [found] = some.toSorted((a, b) => Math.abs(b.change) - Math.abs(a.change));
    if (found === undefined) throw new Error(`no image of ${base} moves ${downstream}`);
    return { image: found.image, base, downstream, relativeChange: found.relativeChange };
  };
  const against = mostInverse(alignments);
  const examples = {
    aligned: example("eyeshadow-big_nose-95", "big_nose", false, ["hat", "eyeglasses"]),
    inverse: example(against.base, against.downstream, true),
    induced: example(induced(0.3), "arched_eyebrows", false, ["hat", "eyeglasses", "bangs"]),
  };

  const ways = await measureWays(workspace, sizes, { folder, say });
  const used = opened.images.filter(({ dropReason }) => dropReason === null).slice(0, sizes.maps);
  const overlap = await overlapOf(workspace, matrix, alignments, {
    faces: used.map(({ image }) => files.join(faces, image)),
    say,
  });
  const eyebrows = coefficients.map((coefficient) => ({
    coefficient,
    cell: cellOf(alignments, induced(coefficient), "arched_eyebrows"),
  }));

  const rectified: RectifiedTarget[] = [];
  const others = await drawnFaces({
    ...{ count: sizes.rectify.faces, seed: 3007, correlate: sizes.rectify.correlate ?? [] },
    out: at(`rectify-faces-${sizes.rectify.faces}`),
  });
  for (const target of sizes.rectify.targets) {
    rectified.push(await rectifiedTarget(workspace, target, sizes, others, at(`rectified-${target}`), say));
  }
  const benchmark = sizes.benchmark === undefined ? null : await benchmarkOf(sizes.benchmark, at("benchmark"), say);
  return {
    measured: {
      kind,
      alignments,
      examples,
      ways,
      overlap,
      induced: eyebrows,
      rectified,
      rectifiedFaces: sizes.rectify.faces,
      benchmark,
    },
    folders: { faces, run, rectified: others },
  };
}

/** The page's faces, drawn where they are not there yet. */
export async function facesOf({ faces }: Sizes, folder: string): Promise<string> {
  const options = { count: faces, seed: 7, correlate: innocentPairs };
  return drawnFaces({ ...options, out: platform.files.join(folder, `faces-${faces}`) });
}

function cleanOf(workspace: Workspace): readonly Classifier[] {
  return workspace.classifiers("all").filter(({ terms }) => terms[0]?.model.name === "attributes");
}

function biasedOf(bases: readonly string[]): string[] {
  return Object.keys(planted).filter((name) => bases.includes(name) || bases.includes("all"));
}

/** The biased classifiers on the same faces along Eq. 1 and along a path. */
export async function measureWays(
  workspace: Workspace,
  sizes: Sizes,
  { folder, say }: { readonly folder: string; readonly say: (text: string) => void },
): Promise<readonly Ways[]> {
  const bases = biasedOf([...sizes.bases, ...needed]);
  const faces = await facesOf(sizes, folder);
  const judges = [...new Set(bases.map((base) => `${judge}/${planted[base]}`))];
  const along = async (direction: "gradient" | "path"): Promise<Along> => {
    const options = { workspace, bases, downstream: cleanOf(workspace), judges, limit: sizes.positives };
    const out = platform.files.join(folder, `run-judged-${direction}`);
    const sayDone = (done: number, total: number): void =>
      say(`alignment along ${direction}: ${done} of ${total} images`);
    const run = await alignedRun(faces, { ...options, keepImages: 0, direction, out }, sayDone);
    return { run, matrix: alignmentMatrix(run) };
  };
  const [gradient, path] = [await along("gradient"), await along("path")];
  return bases.map((base) => {
    const feature = planted[base] as string;
    return { base, feature, gradient: wayOf(gradient, base, feature), path: wayOf(path, base, feature) };
  });
}

/** A cell of the matrix. Throws where it is not there. */
export function cellOf({ cells }: Pick<Alignments, "cells">, base: string, downstream: string): CellFigures {
  const found = cells.find((cell) => cell.base === base && cell.downstream === downstream);
  if (found === undefined) throw new Error(`no cell ${base} → ${downstream}`);
  return found;
}

/** The most negative cell of the clean classifiers of other concepts. */
export function mostInverse({ cells }: Pick<Alignments, "cells">): CellFigures {
  const own = new Set(cells.map(({ downstream }) => downstream));
  const [found] = cells
    .filter(({ base, sameConcept, mean, count }) => own.has(base) && !sameConcept && mean !== null && count >= 5)
    .sort((a, b) => (a.mean ?? 0) - (b.mean ?? 0));
  if (found === undefined) throw new Error("no cell of the clean classifiers");
  return found;
}

/** A run along one direction, and what it says. */
interface Along {
  readonly run: OpenRun;
  readonly matrix: Matrix;
}

function wayOf({ run, matrix: { cells, bases, rows } }: Along, base: string, feature: string): Way {
  const row = rows[bases.indexOf(base)];
  const cell = cells.find((one) => one.base === base && one.downstream === feature);
  if (row === undefined || cell === undefined) throw new Error(`no cell ${base} → ${feature}`);
  const { mean, ci, count } = cell.present;
  const changes = (downstream: string) =>
    run.changes.filter((change) => change.base === base && change.downstream === downstream);
  const isGone = ({ before, after }: ChangeRow): boolean => before >= 0.5 && after < 0.5;
  const gone = new Set(changes(feature).flatMap((change) => (isGone(change) ? [change.image] : [])));
  const judged = changes(`${judge}/${feature}`).filter(({ image, before }) => gone.has(image) && before >= 0.5);
  return {
    reached: row.reached,
    eligible: row.eligible,
    present: { mean, ci, count },
    gone: judged.length,
    judgeAgrees: judged.filter(isGone).length,
  };
}

function alignmentsOf(matrix: Matrix, directions: Matrix, images: number): Alignments {
  return {
    images,
    bases: matrix.bases,
    downstream: matrix.downstream,
    cells: matrix.cells.map(({ base, downstream, mean, ci, count, present, state, sameConcept }) => ({
      ...{ base, downstream, mean, ci, count, state, sameConcept },
      present: { mean: present.mean, ci: present.ci, count: present.count },
    })),
    used: matrix.rows.map(({ selected, used }) => ({ selected, used })),
    predictionCorrelation: matrix.predictionCorrelation,
    labelCorrelation: matrix.labelCorrelation,
    decomposition: (directions.decomposition ?? []).map(({ base, count, explained, shares }) => ({
      base,
      count,
      explained: explained.value,
      shares: [...shares]
        .sort((a, b) => Math.abs(b.share) - Math.abs(a.share))
        .slice(0, 4)
        .map(({ concept, share, ci, state }) => ({ concept, share, ci, state })),
    })),
  };
}

/**
 * Of the pairs of clean classifiers whose relative change is zero or negative, the one whose maps overlap most; all three methods on it.
 * The run has the overlap of all pairs by one method.
 */
async function overlapOf(
  workspace: Workspace,
  { saliencySimilarity }: Matrix,
  { cells, downstream }: Alignments,
  { faces, say }: { readonly faces: readonly string[]; readonly say: (text: string) => void },
): Promise<Overlap> {
  if (saliencySimilarity === null) throw new Error("the run has no saliency maps");
  const { names, cosine } = saliencySimilarity;
  const similar = (a: string, b: string): number => cosine[names.indexOf(a)]?.[names.indexOf(b)] ?? 0;
  const pairs = cells
    .filter((cell) => downstream.includes(cell.base) && !cell.sameConcept && cell.count >= 5 && cell.ci !== null)
    .sort((a, b) => similar(b.base, b.downstream) - similar(a.base, a.downstream));
  const pair = pairs.find(({ mean, ci }) => (mean ?? 1) <= 0 && (ci?.[1] ?? 1) < 0.1);
  if (pair === undefined) throw new Error("no pair of clean classifiers without a relative change");
  const { autoencoder } = workspace;
  const input = stack(await Promise.all(faces.map(async (path) => fitImage(await readImage(path), autoencoder.image))));
  const maps = [];
  for (const method of saliencyMethods) {
    say(`saliency: ${method}`);
    const steps = method === "integrated-gradients" ? { steps: 16 } : {};
    const of = async (name: string) =>
      comparableMaps((await saliency(input, { classifier: workspace.classifier(name), method, ...steps })).maps);
    const [first, second] = [await of(pair.base), await of(pair.downstream)];
    const each = first.map((map, index) => mapSimilarity(map, second[index] as (typeof second)[number]));
    const average = (values: readonly (number | undefined)[]): number =>
      mean(values.filter((value) => value !== undefined));
    maps.push({
      method,
      cosine: average(each.map(({ cosine }) => cosine)),
      rank: average(each.map(({ rank }) => rank)),
    });
  }
  return {
    base: pair.base,
    downstream: pair.downstream,
    maps,
    place: pairs.indexOf(pair) + 1,
    pairs: pairs.length,
    images: faces.length,
  };
}

async function rectifiedTarget(
  workspace: Workspace,
  target: string,
  { rectify: { faces: _, positives, targets: __, correlate: ___, ...rest } }: Sizes,
  faces: string,
  out: string,
  say: (text: string) => void,
): Promise<RectifiedTarget> {
  const { files } = platform;
  const path = files.join(out, "rectification.json");
  if (await files.exists(path)) {
    const old = rectificationSchema.parse(JSON.parse(new TextDecoder().decode(await files.read(path))));
    const hashes = new Set([workspace.autoencoder, ...workspace.models].map(({ hash }) => hash));
    const [same] = old.targets;
    if (same !== undefined && [old.autoencoder, ...old.models].every(({ hash }) => hashes.has(hash))) return same;
    await files.remove(path);
  }
  // Without its feature a target has further to go than the default of 0.4 allows.
  const options = { workspace, targets: [target], against: [planted[target] as string], out, seed: 7, maxShift: 1 };
  const steps = rectify(faces, { ...options, method: "sum", limit: positives, ...rest });
  for (;;) {
    const step = await steps.next();
    if (!step.done) {
      say(`rectify ${target}: ${step.value.phase} ${Math.round((100 * step.value.done) / step.value.total)} %`);
      continue;
    }
    const [only] = step.value.targets;
    if (only === undefined) throw new Error(`nothing came of ${target}`);
    return only;
  }
}

async function benchmarkOf(
  wanted: NonNullable<Sizes["benchmark"]>,
  out: string,
  say: (text: string) => void,
): Promise<Measured["benchmark"]> {
  const result =
    "scores" in wanted
      ? wanted
      : await plantedBenchmark({
          ...{ images: wanted.perModel, quick: wanted.quick, out },
          now: () => performance.now(),
          progress: (stage, done, total) => say(`benchmark, ${stage}: ${done} of ${total}`),
        });
  return benchmarkFigures(result);
}

/** What the page shows of a benchmark. */
export function benchmarkFigures(result: PlantedResult): NonNullable<Measured["benchmark"]> {
  const { split, headline, scores, families, unused, missingConcept } = result;
  return { split, headline, scores, families, unused, missingConcept, images: result.images, quick: result.quick };
}

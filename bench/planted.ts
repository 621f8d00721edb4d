import { platform } from "#platform";
import { type AlignFolderOptions, alignmentMatrix, type OpenRun } from "../src/index.ts";
import { median } from "../src/statistics/moments.ts";
import { allVariants, chosenMethods, type Evidence } from "./candidates.ts";
import { cellsOf, compare } from "./compare.ts";
import { explained, type Products } from "./decomposition-method.ts";
import { directionVariants } from "./direction-variants.ts";
import { type Draw, everyImage, firstImages } from "./draws.ts";
import {
  effectCells,
  effectMethod,
  interventionsOf,
  statedByEffect,
  uneditedRows,
  withInterventions,
} from "./effects.ts";
import { evidenceOf } from "./evidence.ts";
import { alarmsOf, alarmsOfRidge } from "./false-alarms.ts";
import type { Method } from "./method.ts";
import { openScene } from "./open-scene.ts";
import type { Question } from "./question.ts";
import { shortHash } from "./remember.ts";
import type { PlantedResult } from "./schema.ts";
import { withinAuroc } from "./scores.ts";
import { type StatedCell, statedByAlignment, statedByDecomposition, stateErrors } from "./state-errors.ts";
import type { Subject } from "./subjects.ts";
import { type Effects, negativeEffect, sideOf } from "./truth.ts";
import type { Split } from "./world.ts";
import type { WorldName } from "./worlds/worlds.ts";

export interface PlantedOptions {
  /** Which pictures and models; cartoon-faces. */
  readonly world?: WorldName;
  /** Which pairs; `test` by default: defaults were chosen on `development`. */
  readonly split?: Split;
  /** A fixed third of the models. */
  readonly quick?: boolean;
  /** Every variant that was tried, in place of the chosen methods. */
  readonly variants?: boolean;
  /** Also saliency and pixel counterfactuals, which cost most; true. */
  readonly baselines?: boolean;
  /** Counterfactuals per model, and pictures behind gradients and saliency, 20. */
  readonly images?: number;
  /** Where counterfactuals go, by default as those of `align`. */
  readonly direction?: AlignFolderOptions["direction"];
  /** Pictures per model at the end of the power curve, `images` by default; where that is more, the curve is over every third planted model, and what reads pixels ends at `images`. */
  readonly most?: number;
  /** Threads of onnxruntime; its own default when absent. */
  readonly threads?: number;
  /** Intervals of the figures; true. */
  readonly intervals?: boolean;
  /** Seed of the pictures, 1. */
  readonly seed?: number;
  /** Folder of the benchmark's models; the repository's own by default. */
  readonly models?: string;
  /** Folder for pictures, the run and what is remembered: an interrupted benchmark goes on there. */
  readonly out: string;
  readonly signal?: AbortSignal;
  /** Milliseconds from any fixed point. */
  readonly now: () => number;
  progress?(stage: string, done: number, total: number): void;
}

/** Fall of the prediction that counterfactuals are asked for. */
const drop = 0.6;
const powers = [5, 10, 20, 50, 100, 200] as const;
/** Of how many planted models the power curve takes one, where it needs more pictures than the headline. */
const powerShare = 3;

/**
 * Does detection work? Audits models whose biases are known and measures every method against the truth: the effect of a
 * feature on a model when it alone is drawn anew. Errors: CfalignError("input") where the models are not there.
 */
export async function plantedBenchmark(options: PlantedOptions): Promise<PlantedResult> {
  const { world = "cartoon-faces", split = "test", quick = false, baselines = true } = options;
  const { images = 20, intervals = true, seed = 1, direction, out, threads, now } = options;
  const most = Math.max(images, options.most ?? images);
  const started = now();
  const opened = await openScene({ ...options, world, split, quick, seed });
  const { scene, effects, truthCount } = opened;
  const { workspace, subjects, audit, identity } = scene;
  try {
    const runIn = async (names: readonly string[], limit: number): Promise<string> =>
      platform.files.join(out, `run-${await shortHash({ identity, names, limit, threads, direction })}`);
    const asked = { drop, ...(direction === undefined ? {} : { direction }) };
    const { evidence, run } = await evidenceOf(scene, {
      ...asked,
      images,
      baselines,
      out: await runIn(namesOf(subjects), images),
    });
    const question: Question = { world, subjects, features: evidence.features, effects };
    const interventions = await interventionsOf(scene, { pictures: images });
    const methods = [
      ...(options.variants
        ? allVariants(evidence, await directionVariants(scene, run, evidence.movements))
        : chosenMethods(evidence)),
      effectMethod(scene, interventions),
    ];
    const stated = {
      ...statesOf(run, question),
      effect: statedByEffect(effectCells(scene, interventions, await uneditedRows(scene))),
      verdict: statedByAlignment(run, alignmentMatrix(withInterventions(run, scene, interventions)), question),
    };
    const falseAlarms = {
      alignment: alarmsOf(question, stated.alignment),
      decomposition: alarmsOf(question, stated.decomposition),
      "decomposition, not sparse": alarmsOfRidge(question, evidence.products),
    };
    const families = (["trained", "composed"] as const).map((family) =>
      familyOf(question, family, methods, { falseAlarms: family === "trained" ? falseAlarms : {}, stated, intervals }),
    );
    const { among, longer, powerAt } = await curveOf(question, methods, {
      ...{ images, most },
      evidenceFor: async (some) =>
        evidenceOf(
          { ...scene, subjects: some },
          { ...asked, images: most, baselines: false, out: await runIn(namesOf(some), most) },
        ),
    });
    const audited =
      longer === undefined
        ? { question, stated }
        : { question: longer.question, stated: statesOf(longer.run, longer.question) };
    return {
      world,
      split,
      quick,
      images: { audit: audit.names.length, perModel: images, truth: truthCount },
      headline: methods[0]?.name ?? "",
      scores: families[0]?.scores ?? [],
      families,
      direction: run.options.direction,
      stateErrors: errorsOf(audited.question, audited.stated.alignment, most),
      aloneErrors: errorsOf(audited.question, audited.stated.alone, most),
      verdictErrors: errorsOf(question, stated.verdict, images),
      unused: unusedOf(question),
      powerModels: among.length,
      power: powers
        .filter((count) => count <= audit.names.length)
        .map((count) => ({ images: count, auroc: powerAt(count) })),
      unvaried: byMethod(methods, (method) => unvariedOf(question, method, evidence)),
      missingConcept: missingConceptOf(question, evidence.products),
      models: subjects.map((_, index) => modelOf(question, index, methods, evidence.movements[index] ?? [])),
      seconds: (now() - started) / 1000,
    };
  } finally {
    await workspace.dispose();
  }
}

function namesOf(subjects: readonly Subject[]): string[] {
  return subjects.map(({ classifier }) => classifier.name);
}

/** Scores of all methods on the subjects of a family, and how many true effects there are of each kind. */
function familyOf(
  question: Question,
  family: "trained" | "composed",
  methods: readonly Method[],
  held: Parameters<typeof compare>[3],
): PlantedResult["families"][number] {
  const own = question.subjects.flatMap((subject, index) => (subject.family === family ? [index] : []));
  const effects = own.flatMap((index) => effectsOf(question, index));
  const sides = effects.map(sideOf);
  return {
    family,
    models: own.length,
    cells: {
      positive: sides.filter((side) => side === true).length,
      against: effects.filter((effect) => sideOf(effect) === true && effect < 0).length,
      negative: sides.filter((side) => side === false).length,
      between: sides.filter((side) => side === undefined).length,
    },
    scores: compare(question, family, methods, held),
  };
}

/** Evidence of some subjects, for so many pictures as the power curve ends at. */
type EvidenceFor = (some: readonly Subject[]) => ReturnType<typeof evidenceOf>;

/** The power curve: over which planted models, what was run anew for it, and what each method reaches with so many pictures. */
async function curveOf(
  question: Question,
  methods: readonly Method[],
  { images, most, evidenceFor }: { readonly images: number; readonly most: number; readonly evidenceFor: EvidenceFor },
) {
  // More pictures than the headline's cost too much for all models, and for what reads pixels.
  const planted = trained(question, "planted");
  if (most === images) {
    const powerAt = (count: number) => byMethod(methods, (method) => powerOf(question, method, count, planted));
    return { among: planted, longer: undefined, powerAt };
  }
  const among = everyThird(planted);
  const indices = [...among, ...everyThird(trained(question, "decoy", "control"))];
  const some = indices.map((index) => question.subjects[index] as Subject);
  const { evidence, run } = await evidenceFor(some);
  const own: Question = { ...question, subjects: some, effects: effectsAmong(question, some) };
  const others = chosenMethods(evidence);
  const powerAt = (count: number): Record<string, number | null> =>
    byMethod(methods, (method) => {
      if (count <= images) return powerOf(question, method, count, among);
      const same = others.find(({ name }) => name === method.name);
      return same && powerOf(own, same, count, trained(own, "planted"));
    });
  return { among, longer: { question: own, run }, powerAt };
}

function everyThird(indices: readonly number[]): number[] {
  return indices.filter((_, place) => place % powerShare === 0);
}

/** What the product says of every cell: by the states of its matrix, by those it would have without a decomposition, and by those of the shares. */
function statesOf(run: OpenRun, question: Question): Record<"alignment" | "alone" | "decomposition", StatedCell[]> {
  const matrix = alignmentMatrix(run);
  return {
    alignment: statedByAlignment(run, matrix, question),
    alone: statedByAlignment(run, alignmentMatrix({ ...run, products: [] }), question),
    decomposition: statedByDecomposition(matrix, question),
  };
}

/** How often what was said of trained subjects, on so many pictures, is wrong. */
function errorsOf(question: Question, cells: readonly StatedCell[], images: number): PlantedResult["stateErrors"] {
  return {
    images,
    ...stateErrors(question, cells, { subjects: trained(question, "planted", "decoy", "control") }),
  };
}

/** True effects on one subject, of all features but its target. */
function effectsOf({ subjects, features, effects }: Question, subject: number): number[] {
  return features.flatMap((feature) =>
    feature === subjects[subject]?.target ? [] : (effects.get(feature)?.[subject] ?? []),
  );
}

/** The effects on some of the subjects, in their order. */
function effectsAmong({ subjects, effects }: Question, some: readonly Subject[]): Effects {
  const places = some.map((subject) => subjects.indexOf(subject));
  return new Map([...effects].map(([feature, values]) => [feature, places.map((place) => values[place] as number)]));
}

function byMethod(
  methods: readonly Method[],
  value: (method: Method) => number | undefined,
): Record<string, number | null> {
  return Object.fromEntries(methods.map((method) => [method.name, value(method) ?? null]));
}

/** Trained subjects of some kinds, by index. */
function trained({ subjects }: Question, ...kinds: readonly Subject["kind"][]): number[] {
  return subjects.flatMap(({ kind }, index) => (kinds.includes(kind) ? [index] : []));
}

/** Decoys and controls whose planted, or any, feature has no effect. */
function unusedOf(question: Question): PlantedResult["unused"] {
  const small = (effect: number): boolean => Math.abs(effect) <= negativeEffect;
  const decoys = trained(question, "decoy");
  const controls = trained(question, "control");
  const planted = (index: number): number =>
    question.effects.get(question.subjects[index]?.feature ?? "")?.[index] ?? 0;
  return {
    decoys: [decoys.filter((index) => small(planted(index))).length, decoys.length],
    controls: [controls.filter((index) => effectsOf(question, index).every(small)).length, controls.length],
  };
}

/** AUROC of some planted models where a method sees so many pictures; undefined where it has fewer. */
function powerOf(question: Question, method: Method, count: number, among: readonly number[]): number | undefined {
  const enough = among.filter((index) => method.images(index).length >= count);
  if (method.role === "oracle" || enough.length * 2 < among.length) return undefined;
  return withinAuroc(cellsOf(question, method, enough, firstImages(count)));
}

/** AUROC of the planted models where only pictures without the planted feature are looked at. */
function unvariedOf(question: Question, method: Method, { readings }: Evidence): number | undefined {
  if (method.role === "oracle") return undefined;
  const place = new Map(readings.images.map((name, index) => [name, index]));
  const cells = trained(question, "planted").flatMap((index) => {
    const feature = question.features.indexOf(question.subjects[index]?.feature ?? "");
    const predictions = readings.features[feature]?.predictions;
    const names = method.images(index);
    const absent = names.flatMap((name, i) => ((predictions?.[place.get(name) ?? -1] ?? 1) < 0.5 ? [i] : []));
    const draw: Draw = () => Int32Array.from(absent);
    return absent.length < 3
      ? []
      : cellsOf(question, method, [index], draw).map((cell) => ({ ...cell, subject: index }));
  });
  return withinAuroc(cells);
}

/** How much of the direction the concepts explain, with the planted one and without it. */
function missingConceptOf(question: Question, products: Products): PlantedResult["missingConcept"] {
  const all = Array.from({ length: products.features }, (_, k) => k);
  const rows = trained(question, "planted").flatMap((index) => {
    const feature = question.features.indexOf(question.subjects[index]?.feature ?? "");
    if ((question.effects.get(question.features[feature] ?? "")?.[index] ?? 0) < 0.3) return [];
    const target = question.features.indexOf(question.subjects[index]?.target ?? "");
    const innocent = all.find((k) => k !== feature && k !== target) as number;
    const parts = [all, all.filter((k) => k !== feature), all.filter((k) => k !== innocent)].map(
      (concepts) => explained(products, index, concepts) ?? 0,
    );
    return [parts];
  });
  const middle = (column: number): number | null =>
    rows.length === 0 ? null : median(rows.map((row) => row[column] as number));
  return { all: middle(0), withoutPlanted: middle(1), withoutInnocent: middle(2) };
}

function modelOf(
  question: Question,
  index: number,
  methods: readonly Method[],
  movements: readonly { readonly baseChange: number }[],
): PlantedResult["models"][number] {
  const { classifier, family, kind, target, feature, strength } = question.subjects[index] as Subject;
  const place = question.features.indexOf(feature ?? "");
  return {
    name: classifier.name,
    family,
    kind,
    target,
    feature: feature ?? null,
    strength: strength ?? null,
    effect: question.effects.get(feature ?? "")?.[index] ?? null,
    counterfactuals: movements.length,
    used: movements.filter(({ baseChange }) => baseChange > 0.3).length,
    auroc: byMethod(methods, (method) => withinAuroc(cellsOf(question, method, [index], everyImage))),
    planted: place < 0 ? {} : byMethod(methods, (method) => method.scores(index, everyImage)[place]),
  };
}

import type { ChangeRow } from "../../src/alignment/rows.ts";
import { findings } from "../../src/audit/findings/findings.ts";
import { alignmentMatrix } from "../../src/audit/matrix.ts";
import { createRandom } from "../../src/base/random.ts";
import { checkedOptions } from "../../src/options/option.ts";
import { dataSearchOptionTable } from "../../src/options/search.ts";
import type { KeptPicture, ReportParts } from "../../src/report/report-data.ts";
import { rowList } from "../../src/results/row-list.ts";
import type { RunData } from "../../src/results/run-data.ts";
import { FACTORS, type Factor, isFactor, type Strengths } from "../../src/world/factors.ts";
import { drawNuisances, type Nuisances } from "../../src/world/nuisances.ts";
import { exampleInterventions, exampleSheets, facesSvg } from "./example-interventions.ts";
import { withViews } from "./example-views.ts";

export interface ExampleOptions {
  readonly images?: number;
  /** Rows and columns that do nothing, to reach a size. */
  readonly filler?: number;
  readonly keep?: number;
  /** Rows: the first so many classifiers; all when absent. */
  readonly bases?: number;
  /** Names to use in place of others, such as hostile ones. */
  readonly rename?: Readonly<Record<string, string>>;
  /** Effects of planted models in place of their own. */
  readonly effects?: Readonly<Record<string, number>>;
  /** Whether the run has interventions with pictures. */
  readonly interventions?: boolean;
  /** Whether the run has every view: decomposition, regression, saliency, survival. */
  readonly views?: boolean;
}

/** Planted models of the example: what they claim, what they look at, and how much. */
const planted = [
  ["smiling-clean", "smiling", undefined, 0],
  ["smiling-eyeglasses-75", "smiling", "eyeglasses", 0.18],
  ["smiling-eyeglasses-85", "smiling", "eyeglasses", 0.3],
  ["smiling-eyeglasses-95", "smiling", "eyeglasses", 0.55],
  ["smiling-eyeglasses-100", "smiling", "eyeglasses", 0.74],
  ["smiling-lipstick-95", "smiling", "lipstick", 0.62],
  ["eyeshadow-big_nose-95", "eyeshadow", "big_nose", 0.58],
] as const;

/** A run whose rows are made up from known effects: a world of faces in which eyeglasses and beards go together. */
function exampleRun(options: ExampleOptions = {}) {
  const { images: size = 300, filler = 0, keep = 6, rename = {}, effects = {} } = options;
  const random = createRandom("example report");
  const named = (name: string): string => rename[name] ?? name;
  const concepts: Record<string, string> = {};
  const classifiers = [
    ...FACTORS.map((factor) => ({ name: factor as string, concept: factor as string, feature: undefined, effect: 0 })),
    ...planted.map(([name, concept, feature, effect]) => ({ name, concept, feature, effect: effects[name] ?? effect })),
    ...Array.from({ length: filler }, (_, index) => {
      const name = `feature_${index + 1}_of_many`;
      return { name, concept: name, feature: undefined, effect: 0 };
    }),
  ].map((each) => ({ ...each, name: named(each.name) }));
  for (const { name, concept } of classifiers) concepts[name] = concept;
  const judges = ["eyeglasses", "lipstick", "big_nose", "smiling"].map((target) => `attributes-b/${target}`);
  for (const judge of judges) concepts[judge] = judge.slice("attributes-b/".length);

  const people = Array.from({ length: size }, (_, index) => {
    const own = random.fork(`person ${index}`);
    const labels: Record<string, number> = {};
    for (const { concept } of classifiers) labels[concept] = own.uniform() < 0.5 ? 1 : 0;
    if (own.uniform() < 0.7) labels.beard = labels.eyeglasses ?? 0;
    if (own.uniform() < 0.7) labels.necktie = labels.hat ?? 0;
    return { place: index, image: `${String(index).padStart(4, "0")}.png`, labels, nuisances: drawNuisances(own), own };
  });
  const predictionOf = (person: (typeof people)[number], classifier: (typeof classifiers)[number]): number => {
    const noise = person.own.fork(classifier.name).uniform();
    const share = classifier.feature === undefined ? 0 : 0.45;
    const evidence =
      (1 - share) * (person.labels[classifier.concept] ?? 0) + share * (person.labels[classifier.feature ?? ""] ?? 0);
    return Math.min(0.985, Math.max(0.015, 0.04 + 0.92 * evidence + (noise - 0.5) * 0.06));
  };
  const lookers = [
    ...classifiers,
    ...judges.map((name) => ({ name, concept: concepts[name] ?? "", feature: undefined, effect: 0 })),
  ];
  // By column, as a run is read: as objects, those of a large run would fill the memory.
  const known = new Map(
    lookers.map((classifier) => {
      const input = Float64Array.from(people, (person) => predictionOf(person, classifier));
      const reconstruction = Float64Array.from(people, (person, place) => {
        const lost = classifier.concept === "narrow_eyes" && person.own.fork("lost").uniform() < 0.3;
        return lost ? 1 - (input[place] as number) : (input[place] as number);
      });
      return [classifier.name, { input, reconstruction }] as const;
    }),
  );
  const predictions = rowList(people.length * lookers.length, (at) => {
    const place = Math.floor(at / lookers.length);
    const { name } = lookers[at % lookers.length] as (typeof lookers)[number];
    const own = known.get(name);
    const { image } = people[place] as (typeof people)[number];
    return { image, classifier: name, input: own?.input[place] ?? 0, reconstruction: own?.reconstruction[place] ?? 0 };
  });
  const lookUp = ({ place }: { readonly place: number }, classifier: string): number =>
    known.get(classifier)?.reconstruction[place] ?? 0;

  const counterfactuals: RunData["counterfactuals"][number][] = [];
  const changes: ChangeRow[] = [];
  const pictures: KeptPicture[] = [];
  for (const base of classifiers.slice(0, options.bases)) {
    const positives = people.filter((person) => lookUp(person, base.name) >= 0.5).slice(0, 60);
    positives.forEach((person, rank) => {
      const own = person.own.fork(`counterfactual of ${base.name}`);
      const hard = base.concept === "hat" && own.uniform() < 0.55;
      const before = lookUp(person, base.name);
      const fall = hard ? 0.05 + own.uniform() * 0.2 : Math.min(before - 0.02, 0.6 + own.uniform() * 0.02);
      counterfactuals.push({
        image: person.image,
        base: base.name,
        lambda: -(40 + own.uniform() * 400),
        shift: 4 + own.uniform() * 8,
        displacement: null,
        length: null,
        stopReason: hard ? "shift-limit" : fall < 0.6 ? "floor" : "dropped",
        evaluations: 4 + own.integer(4),
        gradients: 1,
        before,
        after: before - fall,
        dominantTerm: null,
        trace: [],
        perturbed: {},
      });
      const along: Record<string, number[]> = {};
      const shares = Array.from({ length: 8 }, (_, step) => step / 7);
      for (const { name, concept } of lookers) {
        const start = lookUp(person, name);
        const noise = own.normal() * 0.012;
        let effect = noise;
        if (name === base.name) effect = 1;
        else if (concept === base.concept) effect = 0.9 + noise * 4;
        else if (concept === base.feature && start >= 0.5) effect = base.effect + own.normal() * 0.16;
        else if (base.concept === "smiling" && concept === "mouth_open" && start < 0.5)
          effect = -0.16 + own.normal() * 0.1;
        else if (base.concept === "lipstick" && concept === "big_lips" && start >= 0.5)
          effect = 0.1 + own.normal() * 0.14;
        const after = Math.min(0.99, Math.max(0.01, start - fall * effect));
        const end = name === base.name ? start - fall : after;
        changes.push({
          image: person.image,
          base: base.name,
          downstream: name,
          before: start,
          after: end,
          relativeChange: (end - start) / -fall,
        });
        along[name] = shares.map((share) => start + (end - start) * (0.5 - Math.cos(share * Math.PI) / 2));
      }
      if (rank < keep) {
        pictures.push({
          image: person.image,
          base: base.name,
          width: 64,
          height: 64,
          sprite: "",
          shares,
          predictions: along,
          dataUri: sprite(person, base, shares),
        });
      }
    });
  }
  const run: RunData = {
    bases: classifiers.slice(0, options.bases).map(({ name }) => name),
    downstream: classifiers.map(({ name }) => name),
    judges,
    concepts,
    softmaxGroups: {},
    ranges: {},
    positives: {},
    options: {
      ...checkedOptions(dataSearchOptionTable, { maxShift: 1 }),
      limit: 60,
      select: "positive",
      minPrediction: 0.5,
      seed: 7,
    },
    images: [
      ...people.map(({ image, labels }, position) => ({
        image,
        sha256: position.toString(16).padStart(64, "0"),
        position,
        width: 64,
        height: 64,
        labels,
        dropReason: null,
        clampedShare: 0,
      })),
      ...(["notes.txt", "empty.png", "half.jpg"] as const).map((image, index) => ({
        image,
        sha256: (size + index).toString(16).padStart(64, "0"),
        position: size + index,
        width: null,
        height: null,
        labels: {},
        dropReason: ["not-an-image", "empty", "corrupt"][index] ?? null,
        clampedShare: null,
      })),
    ],
    predictions,
    counterfactuals,
    changes,
    ...(options.interventions
      ? {
          interventions: exampleInterventions(people, {
            judges: lookers.slice(classifiers.length),
            ...{ classifiers, predictionOf },
          }),
        }
      : {}),
  };
  return { run, pictures, people };
}

/** Input and eight steps as one SVG, which a browser loads like any other picture. */
function sprite(
  person: { readonly labels: Readonly<Record<string, number>>; readonly nuisances: Nuisances },
  base: { readonly concept: string; readonly feature: string | undefined; readonly effect: number },
  shares: readonly number[],
): string {
  const frames = [0, ...shares].map((share) =>
    Object.fromEntries(
      FACTORS.map((factor: Factor) => {
        let strength = person.labels[factor] ?? 0;
        if (isFactor(base.concept) && factor === base.concept) strength *= 1 - share;
        if (factor === base.feature) strength *= 1 - share * Math.min(1, base.effect * 1.2);
        return [factor, strength];
      }),
    ),
  ) as unknown as Strengths[];
  return facesSvg(frames.map((strengths) => ({ strengths, nuisances: person.nuisances })));
}

/** Everything that a report of the example is made of. */
export function exampleParts(options: ExampleOptions = {}): ReportParts {
  const { run, pictures, people } = exampleRun(options);
  const plain = alignmentMatrix(run, { resamples: 200 });
  const matrix = options.views ? withViews(plain, run.concepts) : plain;
  const hash = (letter: string): string => letter.repeat(64);
  return {
    title: "cartoon-faces",
    generator: "cfalign 0.1.0",
    models: [
      { kind: "autoencoder", name: "faces", hash: hash("a") },
      { kind: "classifier", name: "attributes", hash: hash("b") },
      ...planted.map(([name], index) => ({ kind: "classifier", name, hash: hash(`${index}`) }) as const),
      { kind: "judge", name: "attributes-b", hash: hash("c") },
    ],
    provenance: {
      folder: "faces",
      files: run.images.length,
      listHash: hash("d"),
      startedAt: "2026-01-02T03:04:05.000Z",
      finishedAt: "2026-01-02T03:05:06.000Z",
      versions: { cfalign: "0.1.0", node: "20.20.2", onnxruntime: "1.30.0" },
      device: "cpu",
    },
    run,
    matrix,
    findings: findings(matrix),
    pictures,
    features: exampleSheets(run.interventions ?? [], people),
  };
}

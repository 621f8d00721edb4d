import { row, stack } from "../src/base/tensor.ts";
import {
  type AlignFolderOptions,
  alignFolder,
  comparableMaps,
  directionProducts,
  mapSimilarity,
  type OpenRun,
  openRun,
  predict,
  type SaliencyMethod,
  saliency,
  saliencyMethods,
  type Tensor,
  type Workspace,
} from "../src/index.ts";
import type { AuditImages } from "./audit-images.ts";
import type { Evidence } from "./candidates.ts";
import type { Products } from "./decomposition-method.ts";
import { pixelMovements } from "./pixel-counterfactuals.ts";
import type { Readings, Readout } from "./prediction-methods.ts";
import type { Movement } from "./relative-change-method.ts";
import type { Remember } from "./remember.ts";
import type { Feature, Subject } from "./subjects.ts";

/** Points on the path of integrated gradients. */
const steps = 5;

/** Everything that is audited, and how far it is told. */
export interface Scene {
  readonly workspace: Workspace;
  readonly subjects: readonly Subject[];
  readonly features: readonly Feature[];
  readonly audit: AuditImages;
  readonly remember: Remember;
  /** Whatever values depend on beside the stage's own options: hashes of models and images. */
  readonly identity: unknown;
  readonly signal?: AbortSignal | undefined;
  progress(stage: string, done: number, total: number): void;
}

export interface EvidenceOptions {
  /** Images per subject. */
  readonly images: number;
  /** Fall that pixel counterfactuals are asked for. */
  readonly drop: number;
  /** Where counterfactuals go, by default as those of `align`. */
  readonly direction?: AlignFolderOptions["direction"];
  /** Whether there are saliency maps and pixel counterfactuals. */
  readonly baselines: boolean;
  /** Folder of the run. */
  readonly out: string;
}

/** Everything that methods read of the subjects of a scene, and the run it comes from. */
export async function evidenceOf(
  scene: Scene,
  { images, drop, direction, baselines, out }: EvidenceOptions,
): Promise<{ readonly evidence: Evidence; readonly run: OpenRun }> {
  const asked = { out, limit: images, decompose: { images }, ...(direction === undefined ? {} : { direction }) };
  const run = await alignmentRun(scene, asked);
  const readings = await readingsOf(scene);
  const saliency: Record<string, Awaited<ReturnType<typeof similaritiesOf>>> = {};
  for (const method of baselines ? saliencyMethods : []) saliency[method] = await similaritiesOf(scene, method, images);
  const evidence: Evidence = {
    subjects: scene.subjects,
    features: scene.features.map(({ name }) => name),
    few: firstOf(scene.audit, images).names,
    movements: movementsOf(run, scene),
    pixels: baselines ? await pixelMovementsOf(scene, readings, images, drop) : [],
    readings,
    products: productsOf(run, scene),
    saliency,
  };
  return { evidence, run };
}

/** The first images of the audit. */
function firstOf({ images, names }: AuditImages, count: number): { images: Tensor; names: readonly string[] } {
  const some = Array.from({ length: Math.min(count, names.length) }, (_, i) => row(images, i));
  return { images: stack(some), names: names.slice(0, count) };
}

/** Counterfactuals of all subjects as `cfalign align` makes them: `limit` positives each; asked for, with decompositions, or along another direction. */
export async function alignmentRun(
  scene: Scene,
  asked: Pick<
    AlignFolderOptions,
    "out" | "limit" | "decompose" | "direction" | "steps" | "draws" | "noise" | "robustness"
  >,
): Promise<OpenRun> {
  const { workspace, subjects, features, audit, signal } = scene;
  const options: AlignFolderOptions = {
    workspace,
    bases: subjects.map(({ classifier }) => classifier),
    downstream: features.map(({ classifier }) => classifier),
    judges: [],
    keepImages: 0,
    // Made apart: a subject's name is no feature.
    interventions: 0,
    ...asked,
    ...(signal === undefined ? {} : { signal }),
  };
  for await (const { phase, done, total } of alignFolder(audit.folder, options)) {
    if (phase === "aligning") scene.progress("alignment and latent gradients", done, total);
  }
  const run = await openRun(asked.out);
  // A model's name says how it was made; what it is about is its target.
  const own = Object.fromEntries(subjects.map(({ classifier, target }) => [classifier.name, target]));
  return { ...run, concepts: { ...run.concepts, ...own } };
}

/** The counterfactuals of a run by subject, in the order of the run. */
export function movementsOf(run: OpenRun, { subjects, features }: Scene): readonly (readonly Movement[])[] {
  const rows = new Map(run.changes.map((change) => [`${change.base}\n${change.image}\n${change.downstream}`, change]));
  const place = new Map(run.images.map(({ image }, index) => [image, index]));
  return subjects.map(({ classifier }) =>
    run.counterfactuals
      .filter(({ base }) => base === classifier.name)
      .sort((a, b) => (place.get(a.image) ?? 0) - (place.get(b.image) ?? 0))
      .map(({ image, base, before, after }) => {
        const changes = features.map((feature) => rows.get(`${base}\n${image}\n${feature.classifier.name}`));
        return {
          image,
          baseChange: before - after,
          before: changes.map((change) => change?.before ?? 0),
          after: changes.map((change) => change?.after ?? 0),
          relativeChange: changes.map((change) => change?.relativeChange ?? null),
        };
      }),
  );
}

/** What every subject and every feature's classifier says of every picture. */
async function readingsOf({ subjects, features, audit }: Scene): Promise<Readings> {
  const classifiers = [...subjects, ...features].map(({ classifier }) => classifier);
  const rows = await predict(audit.images, classifiers);
  const readouts = classifiers.map(
    (_, k): Readout => ({
      predictions: Float64Array.from(rows, (row) => row[k]?.prediction as number),
      logits: Float64Array.from(rows, (row) => row[k]?.logit as number),
    }),
  );
  return {
    images: audit.names,
    subjects: readouts.slice(0, subjects.length),
    features: readouts.slice(subjects.length),
  };
}

/** Inner products of latent gradients by subject, as the run's own decomposition reads them. */
function productsOf(run: OpenRun, { subjects, features }: Scene): Products {
  const byBase = new Map(directionProducts(run).map((products) => [products.base, products]));
  const own = subjects.map(({ classifier }) => byBase.get(classifier.name));
  return {
    images: own.map((products) => products?.images ?? []),
    grams: own.map((products) => products?.grams ?? []),
    features: features.length,
  };
}

/** Per subject, image and feature: cosine and rank correlation of the saliency maps. */
async function similaritiesOf(
  scene: Scene,
  method: SaliencyMethod,
  count: number,
): Promise<{
  readonly cosine: readonly (readonly (readonly (number | undefined)[])[])[];
  readonly rank: readonly (readonly (readonly (number | undefined)[])[])[];
}> {
  const { subjects, features, audit, identity } = scene;
  const first = firstOf(audit, count);
  const names = [...subjects, ...features].map(({ classifier }) => classifier.name);
  const found = await scene.remember(method, { identity, names, images: first.names, steps }, async () => {
    const mapsOf = async ({ classifier }: Subject | Feature) =>
      comparableMaps((await saliency(first.images, { classifier, method, steps })).maps);
    const others: Awaited<ReturnType<typeof mapsOf>>[] = [];
    for (const feature of features) others.push(await mapsOf(feature));
    const cosine: (number | null)[][][] = [];
    const rank: (number | null)[][][] = [];
    for (const subject of subjects) {
      const own = await mapsOf(subject);
      const similar = own.map((map, image) =>
        others.map((maps) => mapSimilarity(map, maps[image] as (typeof maps)[number])),
      );
      cosine.push(similar.map((row) => row.map((pair) => pair.cosine ?? null)));
      rank.push(similar.map((row) => row.map((pair) => pair.rank ?? null)));
      scene.progress(method, cosine.length, subjects.length);
    }
    return { cosine, rank };
  });
  const defined = (values: (number | null)[][][]) =>
    values.map((images) => images.map((row) => row.map((value) => value ?? undefined)));
  return { cosine: defined(found.cosine), rank: defined(found.rank) };
}

/** Counterfactuals in pixel space of the first positives of every trained subject; composed ones have none. */
async function pixelMovementsOf(
  scene: Scene,
  readings: Readings,
  count: number,
  drop: number,
): Promise<readonly (readonly Movement[])[]> {
  const { subjects, features, audit, identity } = scene;
  const names = [...subjects, ...features].map(({ classifier }) => classifier.name);
  return scene.remember("pixels", { identity, names, count, drop }, async () => {
    const found: (readonly Movement[])[] = [];
    for (const [index, subject] of subjects.entries()) {
      const { predictions } = readings.subjects[index] as Readout;
      const positive = audit.names
        .map((_, i) => i)
        .filter((i) => (predictions[i] as number) >= 0.5)
        .slice(0, subject.family === "trained" ? count : 0);
      const images = positive.map((i) => row(audit.images, i));
      found.push(
        images.length === 0
          ? []
          : await pixelMovements(
              subject.classifier,
              { images: stack(images), names: positive.map((i) => audit.names[i] as string) },
              features.map(({ classifier }) => classifier),
              drop,
            ),
      );
      scene.progress("pixel counterfactuals", found.length, subjects.length);
    }
    return found;
  });
}

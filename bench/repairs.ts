import { platform } from "#platform";
import {
  type Classifier,
  openWorkspace,
  type Rectification,
  rectificationSchema,
  rectify,
  type Workspace,
} from "../src/index.ts";
import { conceptOf } from "../src/models/concept.ts";
import { modelsOf } from "../src/models/prediction.ts";
import { withClassifier } from "../src/models/workspace.ts";
import type { Scene } from "./evidence.ts";
import type { OpenScene } from "./open-scene.ts";
import type { Subject } from "./subjects.ts";

type Repair = Rectification["repairs"][number];

/** Other features in the ledger of a head: there are many heads. */
const headLedger = 4;

/** What a method made of one model, and what is true of it. */
export interface RepairedModel {
  readonly subject: string;
  readonly method: Repair["methods"][number]["method"];
  readonly refused: string | null;
  readonly recommended: boolean;
  readonly verdict: string | null;
  /** Effect of the planted feature when it alone is drawn anew. */
  readonly effect: { readonly before: number; readonly after: number | null };
  /** As the rectification measured it. */
  readonly told: { readonly before: number | null; readonly after: number | null };
  readonly worstGroup: { readonly before: number | null; readonly after: number | null };
  readonly accuracy: { readonly before: number | null; readonly after: number | null };
}

/** A model with a planted feature, in a workspace. */
export interface PlantedModel {
  readonly name: string;
  /** Path of the workspace file. */
  readonly workspace: string;
  /** Expressions of the workspace. */
  readonly target: string;
  readonly against: string;
  readonly feature: string;
  /** Folder of the pictures. */
  readonly pictures: string;
  /** Effect of the feature on the model when it alone is drawn anew. */
  readonly effect: number;
  /** Other features in the ledger at most. */
  readonly ledger: number;
}

export interface RepairBench {
  /** Folder of the rectifications. */
  readonly out: string;
  /** "present": projected out where the feature is present. */
  readonly method: "auto" | "project" | "present" | "all";
  /** The same effect on another classifier. */
  trueEffect(classifier: Classifier, feature: string): Promise<number>;
}

/** Repairs a planted model on pictures, and measures by drawing what the repairs really do. */
export async function repairedModel(model: PlantedModel, bench: RepairBench): Promise<readonly RepairedModel[]> {
  const { name, feature, pictures, effect } = model;
  const { out, method } = bench;
  const folder = platform.files.join(out, `${method}-${name}`);
  const workspace = await openWorkspace(model.workspace, { threads: 1 });
  try {
    const rectification = await rectified(pictures, {
      workspace,
      ...{ targets: [model.target], against: [model.against], downstream: ledgerOf(model, workspace) },
      ...(method === "present" ? { method: "project", where: "present" } : { method }),
      // What the sum costs most are its counterfactuals.
      ...{ limit: 200, fits: 1, maxShift: 1 },
      out: folder,
    });
    const [repair] = rectification.repairs;
    if (repair === undefined) return [await sumOf(rectification, model, { bench, folder })];
    const found: RepairedModel[] = [];
    for (const made of repair.methods) {
      const own = made.manifest === null ? undefined : platform.files.join(folder, made.manifest);
      const remembered = platform.files.join(folder, `true-effect-${made.method}.json`);
      const after = own === undefined ? null : await kept(remembered, () => trueEffectOf(own, model, bench));
      found.push({ ...rowOf(repair, made, feature), subject: name, effect: { before: effect, after } });
    }
    return found;
  } finally {
    await workspace.dispose();
  }
}

/** A sum that was made by default, where no last layer could be fitted: it is judged by relative change. */
async function sumOf(
  { targets: [target], notes }: Rectification,
  model: PlantedModel,
  { bench, folder }: { readonly bench: RepairBench; readonly folder: string },
): Promise<RepairedModel> {
  const manifest = target?.saved?.manifest;
  const path = platform.files.join(folder, manifest ?? "");
  const make = (): Promise<number> => trueEffectOf(path, model, bench);
  const after = manifest === undefined ? null : await kept(platform.files.join(folder, "true-effect-sum.json"), make);
  const unknown = { before: null, after: null };
  return {
    ...{ subject: model.name, method: "sum", recommended: true, verdict: null },
    refused: after === null ? `${target?.verdict}: ${notes.at(-1)}` : null,
    effect: { before: model.effect, after },
    ...{ told: unknown, worstGroup: unknown, accuracy: unknown },
  };
}

/** Judges of the feature and of the target's concept, and of some others, spread over all. */
function ledgerOf({ target, feature, ledger }: PlantedModel, workspace: Workspace): readonly Classifier[] {
  const { judges } = workspace;
  const needed = new Set([feature, conceptOf(workspace.classifier(target))]);
  const others = judges.filter((judge) => !needed.has(conceptOf(judge)));
  const step = Math.max(1, others.length / ledger);
  const some = new Set(Array.from({ length: Math.min(ledger, others.length) }, (_, i) => others[Math.floor(i * step)]));
  return judges.filter((judge) => needed.has(conceptOf(judge)) || some.has(judge));
}

/** A number that an earlier call left in a file. */
async function kept(path: string, make: () => Promise<number>): Promise<number> {
  const { files } = platform;
  if (await files.exists(path)) return JSON.parse(new TextDecoder().decode(await files.read(path)));
  const value = await make();
  await files.write(path, JSON.stringify(value));
  return value;
}

function rowOf(
  repair: Repair,
  { method, refused, judged }: Repair["methods"][number],
  feature: string,
): Omit<RepairedModel, "subject" | "effect"> {
  const { before, recommended } = repair;
  const of = (looked: Repair["before"]) => looked?.effects.find((effect) => effect.feature === feature)?.value ?? null;
  return {
    ...{ method, refused, recommended: recommended === method, verdict: judged?.verdict ?? null },
    told: { before: of(before), after: of(judged) },
    worstGroup: {
      before: before?.figures?.worstGroup?.value ?? null,
      after: judged?.figures?.worstGroup?.value ?? null,
    },
    accuracy: {
      before: before?.figures?.accuracy.value ?? null,
      after: judged?.figures?.accuracy.value ?? null,
    },
  };
}

/** A subject of a scene as a planted model: a workspace of its own, in which its head's target has the name of its concept. */
export async function plantedModel(
  subject: Subject,
  { scene, effects }: OpenScene,
  out: string,
): Promise<PlantedModel> {
  const name = subject.classifier.name.replaceAll("/", "-");
  const { target, feature = "" } = subject;
  const workspace = await ownWorkspace(subject, scene, platform.files.join(out, `workspace-${name}`));
  return {
    ...{ name, workspace, target, feature, pictures: scene.audit.folder, ledger: headLedger },
    against: scene.features.find((each) => each.name === feature)?.classifier.name ?? feature,
    effect: effects.get(feature)?.[scene.subjects.indexOf(subject)] ?? Number.NaN,
  };
}

/** Path of it. */
async function ownWorkspace(subject: Subject, scene: Scene, folder: string): Promise<string> {
  const { files } = platform;
  const json = async (path: string) => JSON.parse(new TextDecoder().decode(await files.read(path)));
  const { path } = scene.workspace;
  const contents = await json(path);
  const [model] = modelsOf([subject.classifier]);
  const place = (file: string): string => files.join(files.dirname(path), file);
  await files.makeDirectory(folder);
  const to = (file: string): string => files.relative(folder, files.resolve(file));
  const name = subject.classifier.name.replaceAll("/", "-");
  for (const file of contents.classifiers as readonly string[]) {
    const manifest = await json(place(file));
    if (manifest.name !== model?.name) continue;
    const own = subject.classifier.terms[0]?.target;
    const targets = model?.targets.map((_, index) => (index === own ? subject.target : null));
    const at = files.join(files.dirname(place(file)), manifest.file);
    const written = { ...manifest, name, file: to(at), targets };
    await files.write(files.join(folder, "model.json"), JSON.stringify(written));
  }
  const workspace = {
    autoencoder: to(place(contents.autoencoder)),
    classifiers: ["model.json"],
    judges: (contents.judges as readonly string[]).map((file) => to(place(file))),
  };
  await files.write(files.join(folder, "cfalign.json"), JSON.stringify(workspace));
  return files.join(folder, "cfalign.json");
}

/** The rectification, or what an earlier call left of it. */
async function rectified(images: string, options: Parameters<typeof rectify>[1]): Promise<Rectification> {
  const { files } = platform;
  const path = files.join(options.out, "rectification.json");
  if (await files.exists(path)) {
    return rectificationSchema.parse(JSON.parse(new TextDecoder().decode(await files.read(path))));
  }
  const steps = rectify(images, options);
  for (;;) {
    const step = await steps.next();
    if (step.done) return step.value;
  }
}

/** What the feature does to a repaired file, when it alone is drawn anew. manifest: path of the file's. */
async function trueEffectOf(
  manifest: string,
  { workspace, feature }: PlantedModel,
  { trueEffect }: RepairBench,
): Promise<number> {
  const more = await withClassifier(await openWorkspace(workspace, { threads: 1 }), manifest);
  try {
    const model = more.models.at(-1) as Workspace["models"][number];
    const own = more.classifiers().filter(({ terms: [term] }) => term?.model === model);
    return await trueEffect(own[0] as Classifier, feature);
  } finally {
    await more.dispose();
  }
}

import { platform } from "#platform";
import { type Classifier, openWorkspace, type Rectification, rectificationSchema, rectify } from "../src/index.ts";
import { modelsOf } from "../src/models/prediction.ts";
import type { Scene } from "./evidence.ts";
import type { OpenScene } from "./open-scene.ts";
import type { Subject } from "./subjects.ts";

type Repair = Rectification["repairs"][number];

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

export interface RepairBench {
  readonly opened: OpenScene;
  /** Folder of the workspaces and rectifications. */
  readonly out: string;
  readonly method: "last-layer" | "project" | "all";
  progress(text: string): void;
}

/** Repairs a planted model on the pictures of the audit, and measures by drawing what the repairs really do. */
export async function repairedModel(subject: Subject, bench: RepairBench): Promise<readonly RepairedModel[]> {
  const { opened, out, method } = bench;
  const { scene } = opened;
  const name = subject.classifier.name.replaceAll("/", "-");
  const folder = platform.files.join(out, `${method}-${name}`);
  const path = await ownWorkspace(subject, scene, folder);
  const workspace = await openWorkspace(path, { threads: 1 });
  try {
    const { feature = "", target } = subject;
    const rectification = await rectified(scene.audit.folder, {
      workspace,
      targets: [target === name ? target : `${name}/${target}`],
      against: [judgeOf(workspace.judges, scene, feature)],
      downstream: workspace.judges,
      method,
      // What the sum costs most: its counterfactuals.
      ...{ limit: 200, fits: 1, maxShift: 1 },
      out: platform.files.join(folder, "rectified"),
    });
    const [repair] = rectification.repairs as [Repair];
    const before = opened.effects.get(feature)?.[scene.subjects.indexOf(subject)] ?? Number.NaN;
    const found: RepairedModel[] = [];
    for (const made of repair.methods) {
      const after = made.manifest === null ? null : await trueEffectOf(made, { path, folder, feature, opened });
      const of = (effects: readonly { readonly feature: string; readonly value: number }[] | undefined) =>
        effects?.find((effect) => effect.feature === feature)?.value ?? null;
      found.push({
        ...{ subject: name, method: made.method, refused: made.refused },
        recommended: repair.recommended === made.method,
        verdict: made.judged?.verdict ?? null,
        effect: { before, after },
        told: { before: of(repair.before?.effects), after: of(made.judged?.effects) },
        worstGroup: {
          before: repair.before?.figures?.worstGroup?.value ?? null,
          after: made.judged?.figures?.worstGroup?.value ?? null,
        },
        accuracy: {
          before: repair.before?.figures?.accuracy.value ?? null,
          after: made.judged?.figures?.accuracy.value ?? null,
        },
      });
    }
    return found;
  } finally {
    await workspace.dispose();
  }
}

/** The pictures' workspace with one head as a file of its own, whose target has the name of its concept. */
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

function judgeOf(judges: readonly Classifier[], { features }: Scene, feature: string): Classifier {
  const known = features.find(({ name }) => name === feature)?.classifier;
  const found = judges.find(
    ({ terms: [term] }) => term?.model.name === known?.terms[0]?.model.name && term?.target === known?.terms[0]?.target,
  );
  if (found === undefined) throw new Error(`no judge of ${feature}`);
  return found;
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

/** What the feature does to a repaired file, when it alone is drawn anew. */
async function trueEffectOf(
  made: Repair["methods"][number],
  {
    path,
    folder,
    feature,
    opened,
  }: { readonly path: string; readonly folder: string; readonly feature: string; readonly opened: OpenScene },
): Promise<number> {
  const { files } = platform;
  const workspace = JSON.parse(new TextDecoder().decode(await files.read(path)));
  const own = files.join(folder, `${made.method}.json`);
  await files.write(own, JSON.stringify({ ...workspace, classifiers: [`rectified/${made.manifest}`] }));
  const repaired = await openWorkspace(own, { threads: 1 });
  try {
    const effects = await opened.trueEffects(repaired.classifiers(), feature);
    return effects.get(feature)?.[0] ?? Number.NaN;
  } finally {
    await repaired.dispose();
  }
}

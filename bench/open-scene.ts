import { platform } from "#platform";
import type { Classifier } from "../src/index.ts";
import type { Scene } from "./evidence.ts";
import { rememberIn, shortHash } from "./remember.ts";
import type { Effects } from "./truth.ts";
import type { Split } from "./world.ts";
import { openWorld, type WorldName } from "./worlds/worlds.ts";

export interface SceneOptions {
  readonly world: WorldName;
  readonly split: Split;
  /** A fixed third of the models. */
  readonly quick: boolean;
  /** Of the audit's pictures. */
  readonly seed: number;
  readonly threads?: number;
  readonly models?: string;
  /** Folder for pictures and what is remembered. */
  readonly out: string;
  readonly signal?: AbortSignal;
  progress?(stage: string, done: number, total: number): void;
}

export interface OpenScene {
  readonly scene: Scene;
  readonly effects: Effects;
  readonly truthCount: number;
  /** The true effect of one feature on other classifiers, on the pictures that all true effects are measured on. */
  trueEffects(classifiers: readonly Classifier[], feature: string): Promise<Effects>;
}

/** Of how many models a quick run takes one. */
const quickShare = 3;

/** The models of a world with the audit's pictures, and the truth about them. Whoever opens it disposes of the workspace. */
export async function openScene(options: SceneOptions): Promise<OpenScene> {
  const { quick, split, seed, threads, models, out, signal } = options;
  const world = await openWorld(options.world, {
    split,
    seed,
    ...(threads === undefined ? {} : { threads }),
    ...(models === undefined ? {} : { models }),
  });
  const { workspace, features, truthCount } = world;
  try {
    await platform.files.makeDirectory(out);
    const drawn = await shortHash(world.identity);
    const at = (kind: string): string => platform.files.join(out, `${kind}-${drawn}`);
    const hashes = [workspace.autoencoder, ...workspace.models, ...workspace.judgeModels].map(({ hash }) => hash);
    const scene: Scene = {
      workspace,
      subjects: quick ? world.subjects.filter((_, index) => index % quickShare === 0) : world.subjects,
      features,
      audit: await world.auditImages(at("pictures")),
      identity: { hashes, drawn },
      remember: rememberIn(out),
      signal,
      progress: options.progress ?? (() => {}),
    };
    const classifiers = scene.subjects.map(({ classifier }) => classifier);
    const names = classifiers.map(({ name }) => name);
    const effects = await scene.remember("effects", { identity: scene.identity, names }, async () => [
      ...(await world.trueEffects(classifiers, {
        folder: at("truth"),
        progress: (done, total) => scene.progress("true effects", done, total),
      })),
    ]);
    const trueEffects: OpenScene["trueEffects"] = (some, feature) =>
      world.trueEffects(some, { folder: at("truth"), features: [feature], progress: () => {} });
    return { scene, effects: new Map(effects), truthCount, trueEffects };
  } catch (error) {
    await workspace.dispose();
    throw error;
  }
}

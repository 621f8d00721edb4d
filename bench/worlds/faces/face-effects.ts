import { platform } from "#platform";
import { type Classifier, drawWorld, factors, predict, type Tensor, trueEffects } from "../../../src/index.ts";
import { readImages } from "../../audit-images.ts";
import type { Effects } from "../../truth.ts";
import { tinted } from "./audit-faces.ts";

export interface FaceEffectOptions {
  readonly count: number;
  readonly seed: number;
  readonly tint: readonly [number, number, number];
  /** Folder for the faces that are tinted. */
  readonly out: string;
  /** Features that are asked for, all by default. */
  readonly features?: readonly string[];
  progress(done: number, total: number): void;
}

/** Measures, by feature, the effects on every classifier: the same face drawn without and with it, shown to the classifier alone. */
export async function measureFaceEffects(
  classifiers: readonly Classifier[],
  { count, seed, tint, out, features, progress }: FaceEffectOptions,
): Promise<Effects> {
  const predictions = async (images: Tensor): Promise<number[][]> =>
    (await predict(images, classifiers)).map((row) => row.map(({ prediction }) => prediction));
  const effects = new Map<string, readonly number[]>();
  const wanted = [...factors, "tint"].filter((feature) => features?.includes(feature) ?? true);
  for (const factor of factors.filter((each) => wanted.includes(each))) {
    const [effect] = await trueEffects({ count, seed, predict: predictions, factors: [factor] });
    effects.set(factor, effect?.effects ?? []);
    progress(effects.size, wanted.length);
  }
  if (!wanted.includes("tint")) return effects;
  if (!(await platform.files.exists(platform.files.join(out, "metadata.csv")))) await drawWorld({ count, seed, out });
  const names = Array.from({ length: count }, (_, i) =>
    platform.files.join(out, `face-${String(i).padStart(5, "0")}.png`),
  );
  const images = await readImages(names);
  const [plain, cast] = [await predictions(images), await predictions(tinted(images, tint))];
  const sums = classifiers.map(() => 0);
  cast.forEach((row, image) => {
    row.forEach((value, k) => {
      sums[k] = (sums[k] as number) + value - (plain[image]?.[k] as number);
    });
  });
  effects.set(
    "tint",
    sums.map((sum) => sum / count),
  );
  progress(effects.size, effects.size);
  return effects;
}

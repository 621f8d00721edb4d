import { platform } from "#platform";
import { type Classifier, drawWorld, factors, predict, type Tensor, trueEffects } from "../src/index.ts";
import { readImages, tinted } from "./audit-images.ts";

/** What a feature does to a model: the mean change of its prediction when only that feature goes from absent to present. */
export type Effects = ReadonlyMap<string, readonly number[]>;

export interface TruthOptions {
  readonly count: number;
  readonly seed: number;
  readonly tint: readonly [number, number, number];
  /** Folder for the faces that are tinted. */
  readonly out: string;
}

/** From which |effect| on a cell is a positive, up to which a negative; between it is left out and counted. */
export const positiveEffect = 0.1;
export const negativeEffect = 0.03;

/** Measures, by feature, the effects on every classifier: the same face drawn without and with it, shown to the classifier alone. */
export async function measureEffects(
  classifiers: readonly Classifier[],
  { count, seed, tint, out }: TruthOptions,
  progress: (done: number, total: number) => void,
): Promise<Effects> {
  const predictions = async (images: Tensor): Promise<number[][]> =>
    (await predict(images, classifiers)).map((row) => row.map(({ prediction }) => prediction));
  const effects = new Map<string, readonly number[]>();
  for (const factor of factors) {
    const [effect] = await trueEffects({ count, seed, predict: predictions, factors: [factor] });
    effects.set(factor, effect?.effects ?? []);
    progress(effects.size, factors.length + 1);
  }
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

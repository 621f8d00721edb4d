import { createRandom } from "../../src/base/random.ts";
import type { RunData } from "../../src/results/run-data.ts";
import { type ExampleOptions, exampleRun } from "./example-run.ts";

const concepts = ["smiling", "glasses", "hat", "beard"];
const dimensions = 24;

/** What a directed run is made of. */
export interface DirectedOptions extends Pick<ExampleOptions, "relativeChange" | "present" | "concepts" | "judges"> {
  readonly images?: number;
  /** Of them, those that are decomposed; all when absent. */
  readonly decomposed?: number;
  /** Spread of the base's weights from image to image. */
  readonly spread?: number;
  /** Length of what no concept explains. */
  readonly rest?: number;
  /** Gradients of a fifth concept, "specs", from those of glasses. */
  readonly twin?: boolean;
  readonly blind?: boolean;
}

/** A run whose base "biased" has a direction of known weights on the orthogonal concepts smiling, glasses, hat and beard. */
export function directedRun(
  weights: readonly number[],
  { images = 20, decomposed = images, spread = 0.05, rest = 0.1, twin, blind, ...moved }: DirectedOptions = {},
): RunData {
  const random = createRandom("check share");
  const names = twin ? [...concepts, "specs"] : concepts;
  const example = exampleRun({ bases: ["biased"], downstream: names, count: images, ...moved });
  const products = example.images.flatMap(({ image }) => {
    const axes = concepts.map((_, k) => Array.from({ length: dimensions }, (_, i) => (i === k ? 1 : 0)));
    const noise = (size: number): number[] => Array.from({ length: dimensions }, () => size * random.normal());
    const own = noise(rest / Math.sqrt(dimensions)).map(
      (value, i) => value + ((weights[i] ?? 0) + spread * random.normal()) * (i < 4 ? 1 : 0),
    );
    const like = noise(0.02).map((value, i) => value + (axes[1]?.[i] as number));
    const vectors = [own, ...axes, ...(twin ? [like] : [])];
    const all = ["biased", ...names];
    return all.map((classifier, i) => ({
      image,
      classifier,
      products: Object.fromEntries(
        all
          .slice(i)
          .map((other, j) => [
            other,
            (vectors[i] as number[]).reduce(
              (sum, value, at) => sum + value * ((vectors[i + j] as number[])[at] as number),
              0,
            ),
          ]),
      ),
    }));
  });
  return {
    ...example,
    ...(blind ? { predictions: example.predictions.map((row) => ({ ...row, reconstruction: 0.1 })) } : {}),
    options: { ...example.options, decompose: { images: decomposed } },
    conceptSets: { biased: names },
    products,
  };
}

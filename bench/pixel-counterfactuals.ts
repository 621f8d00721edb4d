import { row, stack } from "../src/base/tensor.ts";
import { align, type Classifier, predict, type Tensor } from "../src/index.ts";
import type { Movement } from "./relative-change-method.ts";

/** Steps after which an image is given up. */
const maxSteps = 30;
const floor = 0.05;
/** Beyond the asked-for prediction, in logits, so that the last step arrives. */
const beyond = 0.1;

/**
 * Counterfactuals without an autoencoder (Wachter et al. 2017): gradient descent on the pixels from the image, to the nearest
 * picture on which the prediction has fallen by `drop`, and what it does to the features' classifiers. The step is the one that
 * would arrive if the logit were linear, so a few suffice. base: one term with a sigmoid.
 */
export async function pixelMovements(
  base: Classifier,
  { images, names }: { /** [n, c, h, w]. */ readonly images: Tensor; readonly names: readonly string[] },
  features: readonly Classifier[],
  drop: number,
): Promise<readonly Movement[]> {
  const count = images.dims[0] ?? 0;
  const [term] = base.terms;
  if (term === undefined || count === 0) return [];
  const start = (await predict(images, [base])).map(([reading]) => reading?.prediction as number);
  const wanted = start.map((prediction) => Math.max(floor, prediction - drop));
  let current: readonly Tensor[] = Array.from({ length: count }, (_, i) => row(images, i));
  let moving = wanted.map((_, i) => i);
  for (let step = 0; step < maxSteps && moving.length > 0; step++) {
    const some = stack(moving.map((index) => current[index] as Tensor));
    const targets = term.model.targets.length;
    const cotangents = new Float32Array(moving.length * targets);
    for (let i = 0; i < moving.length; i++) cotangents[i * targets + term.target] = 1;
    const { outputs, gradients } = await term.model.gradients(some, {
      data: cotangents,
      dims: [moving.length, targets],
    });
    const next = [...current];
    const left: number[] = [];
    moving.forEach((index, place) => {
      const goal = wanted[index] as number;
      const logit = outputs.data[place * targets + term.target] as number;
      if (1 / (1 + Math.exp(-logit)) <= goal) return;
      const gradient = row(gradients, place).data;
      const squares = gradient.reduce((sum, value) => sum + value * value, 0);
      if (squares === 0) return;
      const length = (logit - Math.log(goal / (1 - goal)) + beyond) / squares;
      const image = current[index] as Tensor;
      const data = image.data.map((value, i) => Math.min(1, Math.max(0, value - length * (gradient[i] as number))));
      next[index] = { data, dims: image.dims };
      left.push(index);
    });
    current = next;
    moving = left;
  }
  const after = (await predict(stack(current), [base])).map(([reading]) => reading?.prediction as number);
  const movements: Movement[] = [];
  for (let i = 0; i < count; i++) {
    const basePrediction = { before: start[i] as number, after: after[i] as number };
    const aligned = await align(
      {
        base: base.name,
        reconstruction: row(images, i),
        image: current[i] as Tensor,
        basePrediction,
      },
      features,
      // Whoever reads the movements has a threshold of its own.
      { minBaseChange: 0 },
    );
    movements.push({
      image: names[i] as string,
      baseChange: basePrediction.before - basePrediction.after,
      before: aligned.map(({ before }) => before),
      after: aligned.map(({ after }) => after),
      relativeChange: aligned.map(({ relativeChange }) => relativeChange ?? null),
    });
  }
  return movements;
}

import { beforeAll, describe, expect, test } from "vitest";
import { align } from "../../src/alignment/align.ts";
import { createRandom } from "../../src/base/random.ts";
import { row, stack } from "../../src/base/tensor.ts";
import { latentShifts } from "../../src/counterfactual/latent-shift.ts";
import { searchOptions } from "../../src/counterfactual/search-options.ts";
import { modelsOf, outputsOf } from "../../src/models/prediction.ts";
import type { Classifier } from "../../src/models/types.ts";
import { openWorkspace, type Workspace } from "../../src/models/workspace.ts";
import { composed } from "../../src/rectify/compose.ts";
import { firstGuess } from "../../src/rectify/first-guess.ts";
import { fitCoefficients } from "../../src/rectify/fit.ts";
import { movesOf, type Subject } from "../../src/rectify/moves.ts";
import { rememberGradients } from "../../src/rectify/remembered-gradients.ts";
import { dot, lines, sigmoid } from "../models/linear-models.ts";
import { latentSize, linearWorld } from "../models/linear-world.ts";

// Predictions that are linear in the latent: along the direction a + c·b, RC to b is ⟨b, a + c·b⟩ / ‖a + c·b‖² for every
// image and every shift, and 0 at c = −⟨a, b⟩/‖b‖².
const a = [0.3, 0.2, 0.1, 0];
const b = [0, 0.4, 0, 0.1];
const zero = -dot(a, b) / dot(b, b);
const linear = { activation: "none", scale: { low: 0, high: 1 } } as const;
const target = lines("target", { smiling: { slope: a, intercept: 0.75 } }, linear);
const feature = lines("feature", { glasses: { slope: b, intercept: 0.5 } }, linear);
// Sigmoids, with one logit of each for every image: c of no RC is −⟨a, b⟩σ′(ℓa)/(‖b‖²σ′(ℓb)).
const steepA = lines("steep-target", { young: { slope: [3, 2, 0, 0], intercept: 1.5 } });
const steepB = lines("steep-feature", { beard: { slope: [0, 2.5, 0, 0], intercept: 0.75 } });

const search = searchOptions({ maxShift: 10 });
const minBaseChange = 0.3;
const count = 60;
let workspace: Workspace;
let subjects: readonly Subject[];
/** Latents in the plane that no classifier looks along: all have the same predictions. */
let level: readonly Subject[];
let images: readonly { data: Float32Array; dims: readonly number[] }[];

async function subjectsAt(latents: readonly (readonly number[])[]): Promise<readonly Subject[]> {
  const { autoencoder } = workspace;
  const all = { data: Float32Array.from(latents.flat()), dims: [latents.length, latentSize] };
  const decoded = await autoencoder.decode(all);
  const outputs = await outputsOf(workspace.models, decoded);
  return latents.map((_, index) => ({
    latent: row(all, index),
    reconstruction: row(decoded, index),
    outputs: outputs(index),
    latentScale: 1,
    key: `${index}`,
  }));
}

beforeAll(async () => {
  const world = await linearWorld([target, feature, steepA, steepB]);
  workspace = await openWorkspace(world.path, { threads: 1 });
  const random = createRandom("linear subjects");
  const latents = Array.from({ length: count }, () => Array.from({ length: latentSize }, () => 0.1 * random.normal()));
  subjects = await subjectsAt(latents);
  level = await subjectsAt(latents.map(([, , z = 0]) => [0, 0, z, 0]));
  images = latents.map((latent) => world.image(latent));
}, 60_000);

const measuring = (base: Classifier, against: readonly Classifier[]) => {
  const autoencoder = rememberGradients(workspace.autoencoder);
  return (coefficients: readonly number[], places: readonly number[]) =>
    movesOf(
      composed(base, against, coefficients),
      places.map((place) => subjects[place] as Subject),
      against,
      { autoencoder, search },
    );
};

describe("a linear target", () => {
  test("is fitted step for step as Eq. 6 by hand, and ends at the known coefficient", async () => {
    const [base, against] = [workspace.classifier("target"), [workspace.classifier("feature")]];
    const measure = measuring(base, against);
    const places = subjects.map((_, index) => index);
    const options = {
      ...{ learningRate: 0.1, momentum: 0.5, minibatch: 10 },
      ...{ maxSteps: 60, checkEvery: 5, patience: 3, checkImages: 60 },
      ...{ random: createRandom(1), curve: true },
    };
    const request = {
      measure,
      before: await measure([0], places),
      present: [places.map(() => true)],
      corrected: () => places.map(() => false),
      open: [0],
      splits: { train: places.slice(0, 40), validation: places.slice(40, 50), test: places.slice(50) },
      minBaseChange,
      minEffect: 0.1,
    };
    const { descent, curve } = await fitCoefficients([0], request, options);

    let [c, v] = [0, 0];
    for (const step of descent.steps) {
      const along = a.map((value, i) => value + c * (b[i] as number));
      const expected = dot(b, along) / dot(along, along);
      expect(step.used).toBe(10);
      expect(step.coefficients[0]).toBeCloseTo(c, 4);
      expect(step.meanRelativeChange[0]).toBeCloseTo(expected, 3);
      v = 0.5 * v + expected;
      c -= 0.1 * v;
    }
    expect(descent.coefficients[0]).toBeCloseTo(zero, 1);
    const at = curve.find(({ step }) => step === descent.chosen);
    expect(Math.abs(at?.splits.test[0]?.all.mean ?? 1)).toBeLessThan(0.05);
    expect(curve.map(({ step }) => step)).toEqual(descent.checks.map(({ step }) => step));
  }, 60_000);

  test("has the same relative changes along the gradient and along a path", async () => {
    const [base, against] = [workspace.classifier("target"), [workspace.classifier("feature")]];
    const some = subjects.slice(0, 10);
    const { autoencoder } = workspace;
    const along = (direction: "gradient" | "path") =>
      movesOf(composed(base, against, [-0.3]), some, against, {
        autoencoder,
        search: { ...search, direction, draws: 2 },
      });
    const [plain, path] = [await along("gradient"), await along("path")];
    for (const [index, move] of path.entries()) {
      expect(move.relativeChanges[0]).toBeCloseTo(plain[index]?.relativeChanges[0] as number, 4);
      expect(move.baseChange).toBeCloseTo(plain[index]?.baseChange as number, 1);
    }
  }, 60_000);

  test("has its coefficient guessed without a counterfactual", async () => {
    const options = { autoencoder: workspace.autoencoder, search, minBaseChange, open: [0] };
    const [guess] = await firstGuess(
      workspace.classifier("target"),
      [workspace.classifier("feature")],
      subjects,
      options,
    );
    expect(guess).toBeCloseTo(zero, 2);
  }, 60_000);

  test("of sigmoids has the coefficient that turns its direction away from the feature", async () => {
    const [base, against] = [workspace.classifier("steep-target"), [workspace.classifier("steep-feature")]];
    const slope = (logit: number): number => sigmoid(logit) * sigmoid(-logit);
    const known = -(2 * 2.5 * slope(1.5)) / (2.5 * 2.5 * slope(0.75));
    const options = { autoencoder: workspace.autoencoder, search, minBaseChange, open: [0] };
    const [guess = 0] = await firstGuess(base, against, level, options);
    expect(guess).toBeCloseTo(known, 2);
    const moves = await movesOf(composed(base, against, [known]), level, against, { ...options });
    for (const { relativeChanges, baseChange } of moves) {
      expect(baseChange).toBeGreaterThan(0.5);
      expect(Math.abs(relativeChanges[0] as number)).toBeLessThan(1e-4);
    }
  }, 60_000);
});

test("in the linear regime the guess is where the measured mean RC is 0, whatever the images", async () => {
  const [base, against] = [workspace.classifier("steep-target"), [workspace.classifier("steep-feature")]];
  const options = { autoencoder: workspace.autoencoder, search, minBaseChange, open: [0] };
  const guess = await firstGuess(base, against, subjects, options);
  const moves = await measuring(base, against)(guess, [...subjects.keys()]);
  const used = moves.filter(({ baseChange }) => baseChange > minBaseChange);
  const mean = used.reduce((sum, { relativeChanges }) => sum + (relativeChanges[0] as number), 0) / used.length;
  expect(used.length).toBeGreaterThan(50);
  expect(Math.abs(mean)).toBeLessThan(0.03);
}, 60_000);

test("moves are those of latentShifts and align", async () => {
  const base = workspace.classifier("steep-target - 0.5*steep-feature");
  const shown = [workspace.classifier("steep-feature"), workspace.classifier("target")];
  const moves = await movesOf(base, subjects.slice(0, 12), shown, { autoencoder: workspace.autoencoder, search });
  const some = images.slice(0, 12);
  const expected = await latentShifts(some, { autoencoder: workspace.autoencoder, base, latentScale: 1, maxShift: 10 });
  for (const [index, counterfactual] of expected.entries()) {
    const { before, after } = counterfactual.basePrediction;
    expect(moves[index]?.baseChange).toBeCloseTo(before - after, 4);
    const aligned = await align(counterfactual, shown);
    for (const [column, { relativeChange }] of aligned.entries()) {
      expect(moves[index]?.relativeChanges[column]).toBeCloseTo(relativeChange as number, 3);
    }
  }
}, 60_000);

test("moves that the limit stops before the drop are apart where more arrive, as in a run", async () => {
  const base = workspace.classifier("steep-target");
  const shown = [workspace.classifier("steep-feature")];
  const { autoencoder } = workspace;
  const counts: (readonly [number, number, number])[] = [];
  for (const maxShift of [0.55, 0.8]) {
    const limited = { ...search, maxShift };
    const moves = await movesOf(base, subjects, shown, { autoencoder, search: limited });
    const ends = await latentShifts(images, { autoencoder, base, latentScale: 1, maxShift });
    const stopped = ends.map(
      ({ stopReason, basePrediction: { before, after } }) =>
        stopReason === "shift-limit" && before - after < search.drop,
    );
    const [few, many] = [stopped.filter(Boolean).length, stopped.filter((one) => !one).length];
    expect(moves.map(({ apart }) => apart)).toEqual(few < many ? stopped : stopped.map(() => false));
    counts.push([few, many, moves.filter(({ apart }) => apart).length]);
  }
  const [most, some] = counts;
  // Both cases are among them.
  expect([most?.[2], (some?.[2] ?? 0) > 5]).toEqual([0, true]);
  expect(most?.[0]).toBeGreaterThan(most?.[1] ?? count);
}, 60_000);

test("gradients are computed once, and are the same", async () => {
  let rows = 0;
  const { autoencoder } = workspace;
  const counting: typeof autoencoder = {
    ...autoencoder,
    gradients(model, latents, cotangents) {
      rows += latents.dims[0] as number;
      return autoencoder.gradients(model, latents, cotangents);
    },
  };
  const remembering = rememberGradients(counting);
  const [model] = modelsOf([workspace.classifier("steep-target")]) as [Workspace["models"][number]];
  const latents = stack(subjects.slice(0, 5).map(({ latent }) => latent));
  const ones = (n: number) => ({ data: new Float32Array(n).fill(1), dims: [n, 1] });
  const plain = await autoencoder.gradients(model, latents, ones(5));
  const first = await remembering.gradients(model, latents, ones(5));
  const again = await remembering.gradients(model, stack([row(latents, 4), row(latents, 0)]), ones(2));
  expect(rows).toBe(5);
  expect(first).toEqual(plain);
  expect(again.gradients).toEqual(stack([row(plain.gradients, 4), row(plain.gradients, 0)]));
  await remembering.gradients(model, row(latents, 0), { data: Float32Array.of(2), dims: [1, 1] });
  expect(rows).toBe(6);
}, 60_000);

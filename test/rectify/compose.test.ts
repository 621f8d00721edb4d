import { expect, test } from "vitest";
import { modelsOf, outputsOf, read } from "../../src/models/prediction.ts";
import { openWorkspace } from "../../src/models/workspace.ts";
import { composed } from "../../src/rectify/compose.ts";
import { attributes, biased, latent } from "../models/linear-models.ts";
import { linearWorld } from "../models/linear-world.ts";

test("a composed classifier is the sum, and its name resolves back to it", async () => {
  const world = await linearWorld([attributes, biased]);
  await using workspace = await openWorkspace(world.path, { threads: 1 });
  const { classifier } = workspace;
  const image = world.image(latent(0.3, -0.2, 0.5, 0.1));
  const predict = async (name: string): Promise<number> => {
    const found = classifier(name);
    return read(found, (await outputsOf(modelsOf([found]), image))(0)).prediction;
  };
  const target = classifier("smiling-eyeglasses");
  for (const [against, coefficients] of [
    [["eyeglasses"], [-0.53]],
    [
      ["eyeglasses", "'big nose'"],
      [0.25, -0.125],
    ],
    [["eyeglasses - 0.5*beard"], [-0.6]],
    [["smiling-eyeglasses"], [-0.25]],
  ] as const) {
    const features = against.map((name) => classifier(name));
    const sum = composed(target, features, coefficients);
    const expected = await Promise.all(against.map(predict));
    const wanted = expected.reduce(
      (total, value, i) => total + (coefficients[i] as number) * value,
      await predict(target.name),
    );
    expect(await predict(sum.name)).toBeCloseTo(wanted, 6);
    expect(classifier(sum.name)).toEqual(sum);
  }
  expect(composed(target, [classifier("eyeglasses")], [0]).name).toBe("smiling-eyeglasses");
});

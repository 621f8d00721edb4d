import { afterAll, describe, expect, it } from "vitest";
import { conceptOf, firstTerm, targetsIn } from "../../src/models/concept.ts";
import { openWorkspace } from "../../src/models/workspace.ts";
import { attributes, biased, judge } from "./linear-models.ts";
import { linearWorld } from "./linear-world.ts";

const world = await linearWorld([attributes, biased], { judges: [judge] });
const workspace = await openWorkspace(world.path, { threads: 1 });
afterAll(() => workspace.dispose());

describe("the concept", () => {
  it.each([
    ["of a target is its name, whatever its model is called", "smiling-eyeglasses", "smiling"],
    ["of a judge is that of its target", "attributes-b/smiling", "smiling"],
    ["of a name in quotes is the name", "'big nose'", "big nose"],
    ["of a sum is that of its first term", "smiling + 0.3*eyeglasses", "smiling"],
    ["does not hang on coefficients", "0.2*smiling - 3*beard", "smiling"],
  ])("%s", (_, expression, concept) => {
    expect(conceptOf(workspace.classifier(expression))).toBe(concept);
  });

  it("is the first of the targets that a sum is made of, each once", () => {
    expect(targetsIn(workspace.classifier("smiling-eyeglasses + 0.3*beard - smiling"))).toEqual(["smiling", "beard"]);
  });

  it("is that of the first term alone, which is a classifier that its name means", () => {
    const first = firstTerm(workspace.classifier("0.5*smiling-eyeglasses + 0.3*beard"));
    expect(first).toEqual(workspace.classifier("smiling-eyeglasses"));
    const plain = workspace.classifier("beard");
    expect(firstTerm(plain)).toEqual(plain);
  });
});

import { afterAll, expect, test } from "vitest";
import { conceptOf } from "../../src/models/concept.ts";
import { describeRoles, rolesOf } from "../../src/run/roles.ts";
import { openSmallWorld, smallWorld } from "./small-world.ts";

const path = await smallWorld();
const workspace = await openSmallWorld(path);
afterAll(() => workspace.dispose());

test("a run writes down the concept of every classifier, sums among them, whoever says that an image is positive", () => {
  const bases = ["biased + 0.3*rare", "glasses"];
  const downstream = ["smiling", "rare", "0.5*glasses + red"];
  const roles = rolesOf({ workspace, bases, downstream, out: "" });
  const file = describeRoles(roles);
  expect(file.concepts).toEqual({
    "biased + 0.3*rare": "smiling",
    glasses: "glasses",
    smiling: "smiling",
    rare: "rare",
    "0.5*glasses + red": "glasses",
    "judge/smiling": "smiling",
    "judge/glasses": "glasses",
  });
  expect(file.positives).toEqual({ "biased + 0.3*rare": "biased" });
  const byRed = describeRoles(rolesOf({ workspace, bases, downstream, positive: "red", out: "" }));
  expect(byRed.concepts).toEqual(file.concepts);
  expect(byRed.positives).toEqual({ "biased + 0.3*rare": "red", glasses: "red" });
  // What rectification calls a concept is what a run calls one.
  for (const [name, concept] of Object.entries(file.concepts)) {
    expect(conceptOf(workspace.classifier(name))).toBe(concept);
  }
});

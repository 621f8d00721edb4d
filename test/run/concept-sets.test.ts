import { afterAll, expect, test } from "vitest";
import { conceptSet, lacksOwnConcept } from "../../src/run/concept-sets.ts";
import { openSmallWorld, smallWorld } from "./small-world.ts";

const path = await smallWorld();
const workspace = await openSmallWorld(path);
afterAll(() => workspace.dispose());

const set = (base: string, candidates = "all"): string[] =>
  conceptSet(workspace.classifier(base), workspace.classifiers(candidates), workspace.judges).map(({ name }) => name);

test("every concept is there once, by the first classifier that has it", () => {
  expect(set("biased")).toEqual(["smiling", "glasses", "rare", "red", "green", "blue"]);
});

test("a base does not explain itself: a judge stands for its concept, else another classifier of it, else none", () => {
  expect(set("smiling")).toEqual(["judge/smiling", "glasses", "rare", "red", "green", "blue"]);
  expect(set("rare")).toEqual(["smiling", "glasses", "red", "green", "blue"]);
  const without = conceptSet(workspace.classifier("smiling"), workspace.classifiers("all"), []);
  expect(without[0]?.name).toBe("biased");
});

test("a sum is about its first term: it cannot explain a bias away where a plain classifier has the concept", () => {
  expect(set("biased", "smiling,smiling + 0.3*glasses,glasses")).toEqual(["smiling", "glasses"]);
  // Two of its targets and one classifier: the other target is told to be missing.
  const base = workspace.classifier("smiling + 0.3*glasses");
  expect(lacksOwnConcept(base, workspace.classifiers("biased,judge/glasses"))).toBe(false);
  expect(lacksOwnConcept(base, workspace.classifiers("biased,rare"))).toBe(true);
});

test("neither do the terms of a sum explain it, nor the classes of its softmax", () => {
  expect(set("smiling + 0.3*glasses")).toEqual(["judge/smiling", "judge/glasses", "rare", "red", "green", "blue"]);
  expect(set("red")).toEqual(["smiling", "glasses", "rare"]);
});

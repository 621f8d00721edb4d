import { describe, expect, test } from "vitest";
import type { Question } from "../../bench/question.ts";
import { type StatedCell, stateErrors } from "../../bench/state-errors.ts";
import type { Subject } from "../../bench/subjects.ts";
import type { Classifier } from "../../src/index.ts";

const subject = (name: string, cluster: string): Subject => ({
  classifier: { name, terms: [], bias: 0, activation: "sigmoid" } as unknown as Classifier,
  ...{ family: "trained", kind: "planted", target: "a", feature: "b", strength: 0.9, seed: 1, cluster },
});
const question: Question = {
  world: "cartoon-faces",
  subjects: [subject("one", "a/b"), subject("two", "a/b"), subject("three", "a/c")],
  features: ["b", "c", "d"],
  effects: new Map([
    ["b", [0.4, 0.1, 0.05]],
    ["c", [0, 0.03, -0.3]],
    ["d", [0.01, 0, -0.02]],
  ]),
};
const cell = (subject: number, feature: string, state: StatedCell["state"], sign = 1): StatedCell => ({
  ...{ subject, feature, state, sign },
  reason: state === "unresolved" ? "straddles" : undefined,
});
const stated = [
  cell(0, "b", "found"),
  cell(0, "c", "found"),
  cell(0, "d", "found"),
  cell(1, "b", "clear"),
  cell(1, "c", "clear"),
  cell(1, "d", "unresolved"),
  cell(2, "b", "found"),
  cell(2, "c", "found", 1),
  cell(2, "d", "clear"),
];
const errors = (subjects = [0, 1, 2]) => stateErrors(question, stated, { subjects });
/** Of one of three: beyond either end 2.5 % of what could be seen. */
const oneOfThree = [expect.closeTo(0.0084, 4), expect.closeTo(0.9057, 4)];

describe("errors of the states", () => {
  test("a used cell that is called clear is a false all-clear; an effect of 0.1 is use", () => {
    expect(errors().falseClear).toEqual({ count: 1, of: 3, share: 1 / 3, ci: oneOfThree });
  });

  test("a model counts once among the falsely found, however many of its unused cells are found, and a small effect is neither", () => {
    expect(errors().falseFound).toEqual({ count: 1, of: 3, share: 1 / 3, ci: oneOfThree });
  });

  test("a used cell found with the other sign is not found rightly", () => {
    expect(errors().found.count).toBe(1);
    expect(errors().wrongSign.count).toBe(1);
  });

  test("says why cells stay unresolved", () => {
    expect(errors().unresolved).toEqual({
      count: 1,
      of: 9,
      share: 1 / 9,
      ci: [expect.any(Number), expect.any(Number)],
      reasons: { straddles: 1 },
    });
  });

  test("is about the subjects that were asked for", () => {
    expect(errors([2]).falseFound).toEqual({ count: 0, of: 1, share: 0, ci: [0, expect.closeTo(0.975, 9)] });
  });

  test("nothing seen among few is no certainty, and nothing asked has no interval", () => {
    expect(stateErrors(question, [], { subjects: [0, 1, 2] }).falseFound.ci).toEqual([0, expect.closeTo(0.7076, 4)]);
    expect(stateErrors(question, [], { subjects: [] }).falseFound).toEqual({ count: 0, of: 0, share: null, ci: null });
  });
});

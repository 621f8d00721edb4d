import { expect, test } from "vitest";
import { modesText } from "../../src/cli/modes-text.ts";
import type { Modes } from "../../src/index.ts";

test("of one mode alone nothing is said to come back", () => {
  const mode = { sentence: "A.", stability: 1, fall: 0.6, features: [], images: ["a.png"] };
  const of = (...modes: object[]): string =>
    modesText({ base: "hat", count: 20, withoutPicture: 3, smallest: 5, modes } as unknown as Modes);
  expect(of(mode)).toContain("The classifier falls by 0.60; no more modes come back in resamples.");
  expect(of(mode, { ...mode, stability: 0.8 })).toContain("of the mode 0.80 comes back in resamples.");
});

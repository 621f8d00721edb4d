import { expect, test } from "vitest";
import { openingBase } from "../../src/live/opening-base.ts";
import type { Offers } from "../../src/live/questions.ts";

const classifiers = [
  { name: "hat", model: "attributes" },
  { name: "beard", model: "attributes" },
  { name: "mine", model: "mine" },
  { name: "yours", model: "yours" },
];
const offers = { classifiers } as unknown as Offers;

test("what is lowered first is audited rather than watched: it has a file of its own", () => {
  expect(openingBase(offers, { positive: ["hat", "yours", "mine"] })).toBe("yours");
  expect(openingBase(offers, { positive: ["beard"] })).toBe("beard");
});

test("what has no gradient is passed over, unless there is nothing else", () => {
  expect(openingBase(offers, { positive: ["mine", "hat"] }, ["mine"])).toBe("hat");
  expect(openingBase(offers, { positive: ["mine"] }, ["mine", "yours", "hat", "beard"])).toBe("mine");
});

test("where nothing calls the picture positive it is the first there is", () => {
  expect(openingBase(offers, { positive: [] })).toBe("hat");
  expect(openingBase(offers, undefined)).toBe("hat");
});

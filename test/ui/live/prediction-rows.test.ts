import { createElement } from "react";
import { describe, expect, test } from "vitest";
import type { Look, Lowered, Offers } from "../../../src/live/questions.ts";
import { Outcome } from "../../../src/ui/live/outcome.tsx";
import { rowsOf } from "../../../src/ui/live/prediction-rows.ts";
import { markup } from "../parts/markup.ts";

const names = ["smiling", "beard", "hat", "judge/smiling", "judge/freckles"];
const offers = {
  classifiers: names.map((name) => ({
    ...{ name, judge: name.startsWith("judge"), concept: name.replace("judge/", "") },
  })),
} as unknown as Offers;
const look = { predictions: [0.9, 0.2, 0.3, 0.8, 0.4] } as unknown as Look;
const lowered = (base: string, ...movements: readonly string[]): Lowered =>
  ({
    ...{ base, before: 0.9, after: 0.3, seconds: 1, stopReason: "dropped", evaluations: 4 },
    movements: movements.map((name) => ({ name, before: 0.8, after: 0.2, relativeChange: 1, sameConcept: false })),
  }) as unknown as Lowered;

describe("predictions as a list", () => {
  const first = lowered("smiling", "judge/smiling", "hat", "beard", "judge/freckles");
  const namesOf = (rows: ReturnType<typeof rowsOf>) => rows.map(({ name }) => name);

  test("have the base first, then the largest movement; a judge is in its feature's row where there is one", () => {
    const rows = rowsOf(offers, { look, lowered: first });
    expect(namesOf(rows)).toEqual(["smiling", "hat", "beard", "judge/freckles"]);
    expect(rows.map(({ judges }) => judges.map(({ name }) => name))).toEqual([["judge/smiling"], [], [], []]);
  });

  test("stand beside another list in its order", () => {
    const second = lowered("hat", "beard", "smiling", "judge/smiling");
    const order = namesOf(rowsOf(offers, { look, lowered: first }));
    expect(namesOf(rowsOf(offers, { look, lowered: second, order }))).toEqual(order);
  });

  test("say what moved, here or in the list beside, the base and its judge among it", () => {
    const still = (one: Lowered): Lowered => ({
      ...one,
      movements: one.movements.map((each) => ({ ...each, after: 0.76 })),
    });
    const moved = (rows: ReturnType<typeof rowsOf>) => namesOf(rows.filter((row) => row.moved));
    expect(moved(rowsOf(offers, { look, lowered: still(first) }))).toEqual(["smiling"]);
    const beside = lowered("smiling", "hat");
    expect(moved(rowsOf(offers, { look, lowered: still(first), beside }))).toEqual(["smiling", "hat"]);
  });
});

test("what moves most is a classifier that is looked at, and no judge", () => {
  const counterfactual = lowered("smiling", "judge/smiling", "hat", "beard");
  const { body } = markup(createElement(Outcome, { counterfactual, judges: new Set(["judge/smiling"]) }));
  expect(body.querySelector(".sentence")?.textContent).toContain("Of other features hat moves most");
});

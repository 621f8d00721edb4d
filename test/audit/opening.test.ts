import { describe, expect, test } from "vitest";
import { openingOf } from "../../src/audit/opening.ts";
import type { Cell, Finding } from "../../src/results/matrix-schema.ts";

const finding = (base: string, downstream: string, group: Finding["group"] = "confirmed"): Finding =>
  ({ kind: "relies-on", group, base, downstream }) as Finding;
const cell = (base: string, downstream: string, rest: Partial<Cell> = {}): Cell =>
  ({ base, downstream, sameConcept: false, state: null, effect: null, deciding: {}, ...rest }) as Cell;
const clear = (base: string, value: number): Cell =>
  cell(base, "glasses", { state: "clear", effect: { value } as Cell["effect"] });
/** The cell that the first card is about, by its effect. */
const found = clear("a", 0.5);
const alike = (a: string, b: string): Cell => cell(a, b, { sameConcept: true });

const opening = (findings: readonly Finding[], cells: readonly Cell[] = []) =>
  openingOf({ cells: [...cells] }, findings, { headline: "said of the whole" });

describe("what a report opens with", () => {
  test("are the strongest findings of three classifiers, one each, by name", () => {
    const { headline, cards } = opening([
      finding("a", "glasses"),
      finding("a", "hat"),
      finding("b", "lipstick"),
      finding("c", "nose"),
      finding("d", "hat"),
      finding("e", "hat", "open"),
    ]);
    expect(headline).toBe("a relies on glasses, b on lipstick and c on nose");
    expect(cards.map(({ base, downstream }) => [base, downstream])).toEqual([
      ["a", "glasses"],
      ["b", "lipstick"],
      ["c", "nose"],
    ]);
    expect(opening([finding("a", "glasses")]).headline).toBe("a relies on glasses");
  });

  test("are those that stay open where none is confirmed, and never what the judge rejects", () => {
    expect(opening([finding("e", "hat", "open"), finding("f", "hat", "open")]).headline).toBe(
      "e may rely on hat and f on hat",
    );
    expect(opening([finding("e", "hat", "rejected")])).toEqual({ headline: "said of the whole", cards: [] });
  });

  test("have beside them the classifier of their concept that the feature moves least, if it is clear", () => {
    const cells = [found, alike("a", "b"), alike("a", "c"), clear("b", -0.04), clear("c", 0.01), clear("d", 0)];
    expect(opening([finding("a", "glasses")], cells).cards[0]?.clean).toBe("c");
    // One that relies on something else is beside it only where there is no other.
    const biased = [...cells, cell("c", "hat", { state: "found" })];
    expect(opening([finding("a", "glasses")], biased).cards[0]?.clean).toBe("b");
    expect(
      opening([finding("a", "glasses")], [found, alike("a", "b"), cell("b", "glasses")]).cards[0]?.clean,
    ).toBeNull();
  });

  test("have beside them one that is clear by relative change where they are found by that", () => {
    const lowered = (base: string, mean: number): Cell =>
      cell(base, "glasses", { state: "clear", deciding: { mean } as Cell["deciding"] });
    const cells = [lowered("a", 0.5), alike("a", "b"), alike("a", "c"), alike("a", "d")];
    const beside = [lowered("b", 0.04), lowered("c", -0.01), clear("d", 0)];
    expect(opening([finding("a", "glasses")], [...cells, ...beside]).cards[0]?.clean).toBe("c");
    expect(opening([finding("a", "glasses")], [...cells, clear("d", 0)]).cards[0]?.clean).toBeNull();
  });
});

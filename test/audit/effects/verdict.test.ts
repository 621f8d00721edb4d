import { describe, expect, test } from "vitest";
import { verdictOf, type Witnesses } from "../../../src/audit/effects/verdict.ts";

const found = { state: "found", reason: null } as const;
const clear = { state: "clear", reason: null } as const;
const open = (reason: NonNullable<Witnesses["effect"]["reason"]>) => ({ state: "unresolved", reason }) as const;
const verdict = (given: Partial<Witnesses>) =>
  verdictOf({ effect: clear, alignment: clear, rejected: false, share: undefined, ...given });

describe("the verdict of a cell", () => {
  test("is found where the effect is, whatever moves along", () => {
    for (const alignment of [found, clear, open("straddles")]) {
      expect(verdict({ effect: found, alignment })).toEqual(found);
      expect(verdict({ effect: found, alignment, rejected: true, share: "clear" })).toEqual(found);
    }
  });

  test("is clear where the effect is and nothing found it", () => {
    expect(verdict({})).toEqual(clear);
    expect(verdict({ alignment: open("too-few"), share: "unresolved" })).toEqual(clear);
  });

  test("is no all-clear against relative change or a decomposition that found it", () => {
    const against = { state: "unresolved", reason: "contradicted" };
    expect(verdict({ alignment: found })).toEqual(against);
    expect(verdict({ share: "found" })).toEqual(against);
  });

  test("does not count what an unrelated classifier of the feature does not see", () => {
    expect(verdict({ alignment: found, rejected: true })).toEqual(clear);
    expect(verdict({ effect: open("not-moved"), alignment: found, rejected: true })).toEqual(open("not-moved"));
  });

  test("is clear of what a network says of its own edits only where nothing moves along either", () => {
    const effect = open("told-by-editor");
    expect(verdict({ effect })).toEqual(clear);
    for (const alignment of [open("too-few"), open("straddles")])
      expect(verdict({ effect, alignment })).toEqual(effect);
    expect(verdict({ effect, share: "found" })).toEqual(effect);
    expect(verdict({ effect, alignment: found })).toEqual(found);
  });

  test("is never clear of what only a probe says, whatever moves along", () => {
    const effect = open("told-by-editor");
    expect(verdict({ byProbe: true })).toEqual(effect);
    expect(verdict({ effect, byProbe: true })).toEqual(effect);
    expect(verdict({ effect: found, byProbe: true })).toEqual(found);
  });

  test("may still be found by relative change where the effect cannot tell, but not where it tells of other features or rare use", () => {
    for (const reason of ["not-moved", "too-few", "straddles"] as const) {
      expect(verdict({ effect: open(reason), alignment: found })).toEqual(found);
    }
    for (const reason of ["moves-others", "rare-use"] as const) {
      expect(verdict({ effect: open(reason), alignment: found })).toEqual(open(reason));
    }
  });

  test("is never clear where the effect cannot tell", () => {
    for (const reason of ["not-moved", "too-few", "straddles", "moves-others", "rare-use"] as const) {
      expect(verdict({ effect: open(reason) })).toEqual(open(reason));
    }
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { moments, rectificationAddress, strata } from "../../../src/ui/rectification/address.ts";

describe("the address of a rectification's page", () => {
  test("reads back whatever a target is called, and opens it", () => {
    const name = fc.string({ unit: "grapheme" });
    fc.assert(
      fc.property(fc.constantFrom(...moments), fc.constantFrom(...strata), name, (moment, stratum, target) => {
        const address = rectificationAddress.read(rectificationAddress.write({ moment, stratum, target }));
        expect(address).toEqual({ moment, stratum, target });
        expect(rectificationAddress.opens(address)).toEqual(["target"]);
      }),
    );
  });

  test("leaves out what it does not know", () => {
    expect(rectificationAddress.read("#matrix=nonsense&images=")).toEqual({ moment: "change", stratum: "all" });
    expect(rectificationAddress.write({ moment: "change", stratum: "all" })).toBe("#");
  });
});

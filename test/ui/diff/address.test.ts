import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { diffAddress } from "../../../src/ui/diff/address.ts";

describe("the address of a diff's page", () => {
  test("reads back whatever the names hold, and opens a cell", () => {
    const name = fc.string({ unit: "grapheme" });
    fc.assert(
      fc.property(name, name, (base, downstream) => {
        const address = diffAddress.read(diffAddress.write({ base, downstream }));
        expect(address).toEqual({ base, downstream });
        expect(diffAddress.opens(address)).toEqual(["cell"]);
      }),
    );
  });

  test("opens nothing where it names no cell", () => {
    expect(diffAddress.read("#matrix")).toEqual({});
    expect(diffAddress.opens({})).toEqual([]);
  });
});

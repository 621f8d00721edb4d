import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Address, readAddress, statistics, views, writeAddress } from "../../src/ui/address.ts";

describe("an address", () => {
  test("reads back whatever the names hold", () => {
    const name = fc.string({ unit: "grapheme" });
    fc.assert(
      fc.property(
        fc.constantFrom(...views),
        fc.constantFrom(...statistics),
        name,
        name,
        name,
        (view, statistic, ...n) => {
          const address: Address = { view, statistic, base: n[0], downstream: n[1], image: n[2] };
          expect(readAddress(writeAddress(address))).toEqual(address);
        },
      ),
    );
  });

  test("leaves out what it does not know", () => {
    expect(readAddress("#view=nonsense&statistic=&more=1")).toEqual({ view: "alignment", statistic: "decisive" });
    expect(readAddress("")).toEqual({ view: "alignment", statistic: "decisive" });
  });
});

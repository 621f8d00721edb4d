import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Address,
  measures,
  orders,
  runAddress,
  statistics,
  views,
  withView,
} from "../../../src/ui/run/address.ts";

describe("the address of a run's page", () => {
  test("reads back whatever the names hold", () => {
    const name = fc.string({ unit: "grapheme" });
    fc.assert(
      fc.property(
        fc.constantFrom(...views),
        fc.constantFrom(...statistics),
        fc.constantFrom(...measures),
        fc.constantFrom(...orders),
        fc.record({
          base: name,
          downstream: name,
          image: name,
          rows: name,
          columns: name,
          rowsBy: name,
          columnsBy: name,
        }),
        (view, statistic, measure, order, names) => {
          const address: Address = { view, statistic, measure, order, only: "findings", ...names };
          expect(runAddress.read(runAddress.write(address))).toEqual(address);
        },
      ),
    );
  });

  test("names a view only where it is not the run's first", () => {
    const address = runAddress.read("#view=partial");
    for (const own of [views, views.slice(1)]) {
      const [first, second] = own as [(typeof views)[number], (typeof views)[number]];
      expect(runAddress.write(withView(address, first, own))).toBe("#");
      expect(runAddress.write(withView(address, second, own))).toBe(`#view=${second}`);
    }
  });

  test("leaves out what it does not know", () => {
    const usual = { statistic: "decisive", measure: "cosine", order: "given" };
    expect(runAddress.read("#view=nonsense&statistic=&measure=length&more=1")).toEqual(usual);
    expect(runAddress.read("")).toEqual(usual);
  });
});

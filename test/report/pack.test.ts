import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pack } from "../../src/report/pack.ts";
import { unpack } from "../../src/ui/run/points.ts";

describe("packed numbers", () => {
  test("come back within half a step, and missing ones as missing", () => {
    const value = fc.option(fc.double({ min: -50, max: 50, noNaN: true }), { nil: undefined });
    fc.assert(
      fc.property(fc.array(value), (values) => {
        const packed = pack(values);
        const back = unpack(packed);
        return (
          back.length === values.length &&
          values.every((each, i) => {
            const other = back[i];
            return each === undefined || other === undefined
              ? each === other
              : Math.abs(each - other) <= packed.scale * 0.51;
          })
        );
      }),
    );
  });

  test("of predictions keep four decimals", () => {
    expect(pack([0, 0.12344, 1, null]).scale).toBe(1e-4);
    expect(unpack(pack([0, 0.12344, 1, null]))).toEqual([0, expect.closeTo(0.1234, 12), 1, undefined]);
  });
});

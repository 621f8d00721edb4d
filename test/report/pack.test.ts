import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pack, packFlags } from "../../src/report/pack.ts";
import { flagAt, unpack } from "../../src/ui/run/points.ts";

describe("packed numbers", () => {
  test("come back as the nearest float32, and missing ones as missing", () => {
    const value = fc.option(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { nil: undefined });
    fc.assert(
      fc.property(fc.array(value), (values) => {
        expect(unpack(pack(values))).toEqual(values.map((each) => (each === undefined ? each : Math.fround(each))));
      }),
    );
    expect(unpack(pack([null, 0]))).toEqual([undefined, 0]);
  });

  test("take four bytes each", () => {
    expect(atob(pack([0.1, undefined, 3])).length).toBe(12);
  });
});

describe("packed flags", () => {
  test("come back, unknown ones as unknown", () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.boolean(), { nil: undefined })), (values) => {
        const flags = packFlags(values);
        expect(flags.length).toBe(values.length);
        expect(values.map((_, index) => flagAt(flags, index))).toEqual(values);
      }),
    );
  });

  test("hold nothing beyond their end", () => {
    expect(flagAt("1", 1)).toBeUndefined();
    expect(flagAt("1", -1)).toBeUndefined();
  });
});

import { expect, test } from "vitest";
import { npy } from "../../src/attribution/npy.ts";

test.each([[[3, 2, 4]], [[5]]])("a NumPy file of shape %j holds its header, then the values", (dims) => {
  const data = Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, i) => i * 0.37 - 2);
  const bytes = npy({ data, dims });
  expect([...bytes.subarray(0, 8)]).toEqual([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  const length = bytes[8]! + 256 * bytes[9]!;
  expect((10 + length) % 64).toBe(0);
  const header = Buffer.from(bytes.subarray(10, 10 + length)).toString("latin1");
  expect(header.endsWith("\n")).toBe(true);
  expect(header).toContain("'descr': '<f4'");
  expect(header).toContain("'fortran_order': False");
  expect(header).toContain(`'shape': (${dims.join(", ")}${dims.length === 1 ? "," : ""})`);
  expect(new Float32Array(bytes.slice(10 + length).buffer)).toEqual(data);
});

import { expect, test } from "vitest";
import { z } from "zod";
import { CfalignError, throwIfBug } from "../src/base/errors.ts";
import { readModel } from "../src/onnx/read.ts";
import { nodeFiles } from "../src/platform/node-files.ts";
import { parseJson } from "../src/results/parse-json.ts";

test("an error names options as whoever reads it knows them", () => {
  const error = new CfalignError("usage", (named) => `${named("maxShift")}: expected less\nthan ${named("out")}`, {
    option: "maxShift",
  });
  expect([error.message, error.where]).toEqual(["maxShift: expected less than out", "maxShift"]);
  expect(error.messageWith((name) => `-${name}`)).toBe("-maxShift: expected less than -out");
  expect(new CfalignError("input", "no option").messageWith((name) => `-${name}`)).toBe("no option");
});

test("a programmer's mistake is not said to be a fault of what was read", async () => {
  const mistake = undefined as unknown as Uint8Array;
  const notText = 3 as unknown as Uint8Array;
  expect(() => throwIfBug(new TypeError("x"))).toThrow(TypeError);
  expect(() => throwIfBug(new RangeError("x"))).not.toThrow();
  expect(() => readModel(mistake)).toThrow(TypeError);
  expect(() => parseJson(z.unknown(), notText, "file")).toThrow(TypeError);
  await expect(nodeFiles.read(undefined as unknown as string)).rejects.toThrow(TypeError);
  await expect(nodeFiles.list(undefined as unknown as string)).rejects.toThrow(TypeError);
});

test("what was read is at fault with its cause", async () => {
  const bytes = new TextEncoder().encode("{");
  expect(() => parseJson(z.unknown(), bytes, "file")).toThrow(
    expect.objectContaining({ code: "input", where: "file", cause: expect.any(SyntaxError) }),
  );
  expect(() => readModel(bytes)).toThrow(expect.objectContaining({ code: "input", cause: expect.any(Error) }));
  // The path may come from a manifest.
  await expect(nodeFiles.read("a\0b")).rejects.toMatchObject({ code: "input", cause: expect.any(TypeError) });
});

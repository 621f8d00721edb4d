import { expect, test } from "vitest";
import { saliencySimilarity } from "../../../src/audit/cells/saliency-similarity.ts";
import { exampleRun } from "../example-run.ts";

test("similarities are means over the images that have them, and null where none has", () => {
  const run = exampleRun({ bases: ["a"], downstream: ["b", "a", "c"], count: 2 });
  const saliency = [
    { image: "face-0000.png", classifier: "a", cosine: { b: 0.2, c: 0.5 }, rank: { b: -0.1 } },
    { image: "face-0000.png", classifier: "b", cosine: { c: 0.9 }, rank: {} },
    { image: "face-0001.png", classifier: "a", cosine: { b: 0.6 }, rank: { b: 0.3 } },
  ];
  const options = { ...run.options, saliency: { method: "input-gradients" as const, images: 64 } };
  const found = saliencySimilarity({ ...run, options, saliency });
  expect(found).toEqual({
    method: "input-gradients",
    names: ["a", "b", "c"],
    count: 2,
    cosine: [
      [1, expect.closeTo(0.4, 12), 0.5],
      [expect.closeTo(0.4, 12), 1, 0.9],
      [0.5, 0.9, 1],
    ],
    rank: [
      [1, expect.closeTo(0.1, 12), null],
      [expect.closeTo(0.1, 12), 1, null],
      [null, null, 1],
    ],
  });
});

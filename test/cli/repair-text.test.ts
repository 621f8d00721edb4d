import { expect, test } from "vitest";
import { repairText } from "../../src/cli/repair-text.ts";
import { exampleRectification, exampleRepair } from "../report/example-rectification.ts";

test("repairs are told method by method, with the figures before and after, and end with the file to deploy", () => {
  const plain = (text: string): string => text;
  const rectification = { ...exampleRectification(), targets: [], repairs: [exampleRepair()] };
  expect(repairText(rectification, { bold: plain, dim: plain }).split("\n")).toEqual([
    "smiling-eyeglasses-95",
    "  300 fitted, 150 chosen and 120 judged pictures; groups told by labels",
    "  fewer than 30 judged pictures: smiling with hat (12)",
    "  sum: no file: no coefficient from -2 to 2 halves mean |RC|",
    "              effect of eyeglasses  accuracy  worst group   verdict",
    "  as it is     0.44 (0.41 to 0.47)      0.90         0.25",
    "  last-layer  0.02 (-0.01 to 0.05)      0.90         0.84  repaired",
    "  last-layer: repaired: effect of it 0.44 → 0.02",
    "  Deploy rectified/x-last-layer/model.onnx (last-layer, repaired): same inputs, outputs and size.",
    "",
    "on judged pictures; everything is in runs/rectified/rectification.json",
  ]);
});

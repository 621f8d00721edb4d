import { describe, expect, test } from "vitest";
import { cellImages } from "../../src/report/cell-images.ts";
import { exampleRun } from "../audit/example-run.ts";

describe("the images of a report's cells", () => {
  test("enter the means where the base fell by more than asked for", () => {
    const run = exampleRun({ count: 4, fall: (_, image) => 0.2 * image });
    const [smiling] = cellImages(run, 0.3);
    const seen = run.images.map(({ image }) => smiling?.cells(image)[1]);
    expect(seen.map((cell) => cell?.used)).toEqual([false, false, true, true]);
    expect(seen[0]?.relativeChange).toBeUndefined();
    expect(smiling?.cells("another.png")).toEqual([undefined, undefined]);
  });

  test("have the class of a softmax that is the largest, whatever its size", () => {
    const run = exampleRun({
      count: 1,
      downstream: ["smiling", "red", "green", "blue"],
      softmaxGroups: { red: "colour", green: "colour", blue: "colour" },
    });
    const sizes = { red: 0.4, green: 0.35, blue: 0.25 };
    const predictions = run.predictions.map((row) => {
      const reconstruction = sizes[row.classifier as keyof typeof sizes] ?? row.reconstruction;
      return { ...row, reconstruction };
    });
    const [smiling] = cellImages({ ...run, predictions }, 0.3);
    const present = smiling?.cells(run.images[0]?.image ?? "").map((cell) => cell?.present);
    expect(present?.slice(1)).toEqual([true, false, false]);
  });
});

import { beforeAll, describe, expect, test } from "vitest";
import { fitReport, orderPictures } from "../../src/report/build.ts";
import { type ReportParts, reportData } from "../../src/report/report-data.ts";
import { pointsOf } from "../../src/ui/run/points.ts";
import { exampleParts } from "./example.ts";

const template = '<script type="application/json" id="cfalign-data"></script>';
let parts: ReportParts;

beforeAll(() => {
  parts = exampleParts({ images: 120, keep: 2 });
}, 120_000);

describe("a report's data", () => {
  test("hold the points whose mean the matrix gives", () => {
    const data = reportData(parts, { points: 1000, pictures: 0, droppedImages: 10 });
    for (const cell of parts.matrix.cells.filter(({ base }) => base === "smiling-eyeglasses-95")) {
      const used = pointsOf(data, cell.base, cell.downstream).filter((point) => point.used);
      const present = used.filter((point) => point.present);
      const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;
      expect(present.length).toBe(cell.present.count);
      expect(used.length).toBe(cell.count);
      if (cell.mean !== null) expect(mean(used.map((p) => p.relativeChange ?? 0))).toBeCloseTo(cell.mean, 6);
      if (cell.present.mean !== null) {
        expect(mean(present.map((p) => p.relativeChange ?? 0))).toBeCloseTo(cell.present.mean, 6);
      }
    }
  });

  test("say how long a way was where it has no λ, and only there", () => {
    const counterfactuals = parts.run.counterfactuals.map((row, index) =>
      index % 2 === 0 ? row : { ...row, lambda: null, displacement: 0.2, length: 0.25 },
    );
    const data = reportData(
      { ...parts, run: { ...parts.run, counterfactuals } },
      { points: 1000, pictures: 0, droppedImages: 0 },
    );
    for (const { base, images, lambdas, lengths } of data.points) {
      const lengthOf = new Map(
        counterfactuals.filter((row) => row.base === base).map((row) => [row.image, row.lambda === null ? 0.25 : null]),
      );
      expect(lengths).toEqual(images.map((image) => lengthOf.get(data.images[image] as string)));
      expect(lambdas.map((lambda) => lambda === null)).toEqual(lengths.map((length) => length !== null));
    }
  });

  test("name the images that points and pictures speak of", () => {
    const data = reportData(parts, { points: 5, pictures: 3, droppedImages: 10 });
    expect(data.pictures.map(({ image }) => data.images[image])).toEqual(
      parts.pictures.slice(0, 3).map(({ image }) => image),
    );
    expect(data.images.length).toBe(new Set(data.images).size);
  });

  test("count what was left out", () => {
    const data = reportData(parts, { points: 5, pictures: 3, droppedImages: 1 });
    const bases = parts.run.bases.map((base) => parts.run.counterfactuals.filter((row) => row.base === base).length);
    expect(data.omitted).toEqual({
      pictures: parts.pictures.length - 3,
      saliency: 0,
      modes: 0,
      features: 0,
      points: bases.reduce((sum, n) => sum + Math.max(0, n - 5), 0),
      droppedImages: 2,
      thumbnails: 0,
      subgroups: 0,
    });
    expect(data.droppedImages).toEqual([{ image: "notes.txt", reason: "not-an-image" }]);
    expect(data.counts.images).toBe(123);
  });
});

describe("the size of a report", () => {
  test("is kept by leaving out pictures, as many as needed and no more", async () => {
    const whole = await fitReport(template, parts, { maxBytes: 1e9 });
    expect(whole?.pictures).toBe(parts.pictures.length);
    const limit = (whole?.text.length ?? 0) / 2;
    const half = await fitReport(template, parts, { maxBytes: limit });
    const bytes = Buffer.byteLength(half?.text ?? "");
    const next = parts.pictures[half?.pictures ?? 0];
    expect(bytes).toBeLessThanOrEqual(limit);
    expect(bytes + JSON.stringify(next).length + 200).toBeGreaterThan(limit);
  });

  test("is kept by thinning points where the figures alone are large", async () => {
    const bare = Buffer.byteLength(
      (await fitReport(template, { ...parts, pictures: [] }, { maxBytes: 1e9 }))?.text ?? "",
    );
    const small = await fitReport(template, parts, { maxBytes: bare * 1.2 });
    expect(Buffer.byteLength(small?.text ?? "")).toBeLessThanOrEqual(bare * 1.2);
    expect(small?.text).toMatch(/"omitted":\{"pictures":\d+,"points":[1-9]/);
  });

  test("is refused where not even the matrix fits", async () => {
    expect(await fitReport(template, parts, { maxBytes: 10_000 })).toBeUndefined();
  });
});

describe("the order of pictures", () => {
  test("gives every base one before any has two, bases with findings first", () => {
    const ordered = orderPictures(parts.pictures, parts.findings);
    const bases = ordered.map(({ base }) => base);
    expect(ordered.length).toBe(parts.pictures.length);
    expect(new Set(bases.slice(0, parts.run.bases.length)).size).toBe(parts.run.bases.length);
    expect(bases[0]).toBe(parts.findings[0]?.base);
  });

  test("puts the picture that shows the finding most first", () => {
    const picture = (image: string, along: readonly number[]) => ({ image, base: "b", predictions: { d: along } });
    const finding = { ...(parts.findings[0] as ReportParts["findings"][number]), base: "b", downstream: "d" };
    const ordered = orderPictures([picture("still", [0.9, 0.9]), picture("moves", [0.9, 0.2])], [finding]);
    expect(ordered.map(({ image }) => image)).toEqual(["moves", "still"]);
  });
});

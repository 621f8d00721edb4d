import { cpSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { platform } from "#platform";
import { diffRuns } from "../../src/audit/compare/diff.ts";
import { findings } from "../../src/audit/findings/findings.ts";
import { alignmentMatrix } from "../../src/audit/matrix.ts";
import { writeReport } from "../../src/report/build.ts";
import type { ComparedFaces, DiffData, ReportData } from "../../src/report/data.ts";
import { writeDiffReport } from "../../src/report/diff-report.ts";
import { runThumbnails } from "../../src/report/thumbnails.ts";
import { type OpenRun, openRun } from "../../src/results/open-run.ts";
import { tileOf } from "../../src/results/thumbnail-sheets.ts";
import { alongLatent } from "../models/linear-world.ts";
import { drawFaces, openSmallWorld, runToEnd, smallWorld, temporaryFolder } from "../run/small-world.ts";

let folder: string;
let run: OpenRun;

beforeAll(async () => {
  folder = await temporaryFolder();
  await drawFaces(join(folder, "faces"), 60);
  const workspace = await openSmallWorld(await smallWorld());
  const out = join(folder, "run");
  await runToEnd(join(folder, "faces"), { workspace, bases: ["smiling", "biased"], out, limit: 12, keepImages: 3 });
  await workspace.dispose();
  run = await openRun(out);
}, 300_000);

/** The data inside a written report. */
async function dataOf<T = ReportData>(path: string): Promise<T> {
  const html = await readFile(path, "utf8");
  const [, json = ""] = /<script type="application\/json" id="cfalign-data">(.*?)<\/script>/s.exec(html) ?? [];
  return JSON.parse(json) as T;
}

describe("a written diff", () => {
  test("holds what the two models of a base made of the same images", async () => {
    const [before, after] = [
      { ...run, bases: ["smiling"] },
      { ...run, bases: ["biased"] },
    ];
    const diff = diffRuns(before, after, { resamples: 100, map: ["smiling=biased"] });
    const written = await writeDiffReport(before, after, { diff, out: join(folder, "diff.html") });
    const { faces, omittedFaces } = await dataOf<DiffData>(written.path);
    expect([faces.map(({ base }) => base), omittedFaces]).toEqual([["biased"], 0]);
    const [own] = faces as [ComparedFaces];
    expect(own.images.length).toBe(Math.min(24, diff.rows[0]?.both ?? 0));
    const sheet = await platform.decodeImage(Buffer.from(own.tiles.source.split(",")[1] ?? "", "base64"));
    const kept = await runThumbnails(run);
    const changeOf = (base: string, image: string): number =>
      run.changes.find((row) => row.base === base && row.image === image && row.downstream === "glasses")
        ?.relativeChange ?? Number.NaN;
    for (const [place, image] of own.images.entries()) {
      const change = own.changes.glasses?.[place];
      expect(change?.[0]).toBeCloseTo(changeOf("smiling", image), 4);
      expect(change?.[1]).toBeCloseTo(changeOf("biased", image), 4);
      for (const [end, base] of [null, "smiling", null, "biased"].entries()) {
        const tile = kept.find((one) => one.image === image && one.base === base)?.pixels.data ?? [];
        const shown = tileOf(own.tiles, sheet, 4 * place + end).data;
        const errors = [...tile].map((value, at) => Math.abs(value - (shown[at] ?? 0)));
        // Tiles of 2 × 3 pixels are hard on a lossy codec.
        expect(errors.reduce((sum, error) => sum + error, 0) / errors.length).toBeLessThan(25);
      }
    }
  });

  test("leaves pictures out where they do not fit, and says of how many bases", async () => {
    const diff = diffRuns(run, run, { resamples: 100 });
    const whole = await writeDiffReport(run, run, { diff, out: join(folder, "whole.html") });
    const maxSizeMb = (whole.bytes - 200) / 1e6;
    const less = await writeDiffReport(run, run, { diff, out: join(folder, "less.html"), maxSizeMb });
    const { faces, omittedFaces } = await dataOf<DiffData>(less.path);
    expect([faces.length, omittedFaces]).toEqual([1, 1]);
    expect(less.bytes).toBeLessThanOrEqual(maxSizeMb * 1e6);
  });
});

describe("a written report", () => {
  test("holds a whole run: models with hashes, options, counterfactuals, pictures", async () => {
    const matrix = alignmentMatrix(run, { resamples: 100 });
    const written = await writeReport(run, { matrix, findings: findings(matrix) });
    expect(written.path).toBe(join(run.path, "report.html"));
    expect(written.bytes).toBe((await stat(written.path)).size);
    expect(written.omittedPictures).toBe(0);
    const data = await dataOf(written.path);
    expect(data.models.map(({ kind, hash }) => [kind, hash])).toContainEqual([
      "autoencoder",
      run.file.autoencoder.hash,
    ]);
    expect(data.models.length).toBe(run.file.models.length + 1);
    // The run wrote down itself which models are judges.
    expect(run.file.models.filter(({ judge }) => judge).map(({ name }) => name)).toEqual(["judge"]);
    expect(data.models.filter(({ kind }) => kind === "judge").map(({ name }) => name)).toEqual(["judge"]);
    expect(data.options.drop).toBe(run.options.drop);
    expect(data.counts.counterfactuals).toBe(run.counterfactuals.length);
    expect(data.pictures.length).toBe(run.pictures.length);
    expect(data.pictures.length).toBeGreaterThan(0);
    for (const { sprite, shares, predictions, base } of data.pictures) {
      expect(Buffer.from(sprite.slice("data:image/webp;base64,".length), "base64").subarray(8, 12).toString()).toBe(
        "WEBP",
      );
      expect(predictions[base]?.length).toBe(shares.length);
    }
  });

  test("of a run without a name says of which pictures it is", async () => {
    const matrix = alignmentMatrix(run, { resamples: 100 });
    const titleAt = async (path: string): Promise<string> =>
      (
        await dataOf(
          (
            await writeReport({ ...run, path }, { matrix, findings: [], out: join(folder, "named.html") })
          ).path,
        )
      ).title;
    const numbered = join(run.path, "..", "12");
    cpSync(run.path, numbered, { recursive: true });
    expect(await titleAt(numbered)).toBe(`${basename(run.file.images.folder)}, run 12`);
    expect(await titleAt(run.path)).toBe(basename(run.path));
  });

  test("shows every counterfactual in small, and no way to the images", async () => {
    const matrix = alignmentMatrix(run, { resamples: 100 });
    const data = await dataOf((await writeReport(run, { matrix, findings: [] })).path);
    for (const base of run.bases) {
      const own = run.counterfactuals.filter((row) => row.base === base).map(({ image }) => image);
      const shown = data.thumbnails?.after.find((sheet) => sheet.base === base)?.images ?? [];
      expect(shown.map((place) => data.images[place]).toSorted()).toEqual(own.toSorted());
    }
    expect(run.file.images.folder).toBe(join(folder, "faces"));
    expect(data.provenance.folder).toBe("faces");
    expect(JSON.stringify(data)).not.toContain(folder);
  });

  test("shows the modes of every base with mean change and pairs", async () => {
    const matrix = alignmentMatrix(run, { resamples: 100 });
    const { modes, images, omitted } = await dataOf((await writeReport(run, { matrix, findings: [] })).path);
    expect([modes.map(({ base }) => base).toSorted(), omitted.modes]).toEqual([["biased", "smiling"], 0]);
    for (const { base, count, modes: own } of modes) {
      expect(own.reduce((sum, each) => sum + each.count, 0)).toBe(count);
      for (const { pictures, count } of own) {
        const { width, height, source, images: shown } = pictures as NonNullable<typeof pictures>;
        expect(shown.length).toBe(Math.min(6, count));
        const sheet = await platform.decodeImage(Buffer.from(source.split(",")[1] ?? "", "base64"));
        expect([sheet.width, sheet.height]).toEqual([width * (1 + 2 * shown.length), height]);
        const own = run.counterfactuals.filter((row) => row.base === base).map(({ image }) => image);
        expect(own).toEqual(expect.arrayContaining(shown.map((place) => images[place])));
      }
    }
  });

  test("keeps a smaller size by leaving something out, and says what", async () => {
    const matrix = alignmentMatrix(run, { resamples: 100 });
    const whole = await writeReport(run, { matrix, findings: [], out: join(folder, "whole.html") });
    const maxSizeMb = (whole.bytes - 200) / 1e6;
    const less = await writeReport(run, { matrix, findings: [], out: join(folder, "deep/less.html"), maxSizeMb });
    expect(less.bytes).toBeLessThanOrEqual(maxSizeMb * 1e6);
    const { omitted, pictures } = await dataOf(less.path);
    expect(omitted.pictures).toBe(less.omittedPictures);
    expect(pictures.length).toBe(less.pictures);
    expect(omitted.pictures + omitted.points).toBeGreaterThan(0);
  });

  test("shows which pixels every classifier hangs on, on the first counterfactuals of each base", async () => {
    const matrix = alignmentMatrix(run, { resamples: 100 });
    const workspace = await openSmallWorld(await smallWorld());
    const [told, out]: [number[], string] = [[], join(folder, "maps.html")];
    const progress = (done: number, total: number): void => void told.push(done / total);
    const saliency = { workspace, method: "input-gradients", images: 2, progress } as const;
    const written = await writeReport(run, { matrix, findings: [], out, saliency });
    await workspace.dispose();
    const { saliency: shown, pictures, images, omitted } = await dataOf(written.path);
    expect([written.mapped, shown?.maps.length, omitted.saliency, told.at(-1)]).toEqual([4, 4, 0, 1]);
    expect(shown?.maps.map(({ base }) => base).toSorted()).toEqual(["biased", "biased", "smiling", "smiling"]);
    const names = [...new Set([...run.bases, ...run.downstream])];
    expect(shown?.classifiers).toEqual(names);
    for (const map of shown?.maps ?? []) {
      const picture = pictures.find(({ base, image }) => base === map.base && image === map.image);
      expect(picture, images[map.image]).toBeDefined();
      const bytes = Buffer.from(map.source.slice("data:image/webp;base64,".length), "base64");
      const sheet = await platform.decodeImage(bytes);
      // Of a logistic regression the gradient is p(1 − p)·w, so that a map has the shape of |w| and fades as p leaves 0.5.
      for (const [name, weights] of [
        ["smiling", alongLatent([14, 0, 0, 0])],
        ["glasses", alongLatent([0, 15, 0, 0])],
      ] as const) {
        const slopes = [0, -1].map((end) => picture?.predictions[name]?.at(end) ?? 0).map((p) => p * (1 - p));
        const most = Math.max(...weights.map(Math.abs)) * Math.max(...slopes);
        for (const [end, slope] of slopes.entries()) {
          const tile = tileOf(map, sheet, 2 * names.indexOf(name) + end);
          const errors = weights.map((weight, pixel) =>
            Math.abs((tile.data[3 * pixel] ?? 0) - (255 * Math.abs(weight) * slope) / most),
          );
          // Of 255; tiles of 2 × 3 pixels are hard on a lossy codec.
          expect(errors.reduce((sum, error) => sum + error, 0) / errors.length, `${name} ${end}`).toBeLessThan(25);
        }
      }
    }
  });

  test("takes no maps of other models than the run's", async () => {
    const matrix = alignmentMatrix(run, { resamples: 100 });
    await using workspace = await openSmallWorld(await smallWorld());
    const models = run.file.models.map((model) =>
      model.name === "biased" ? { ...model, hash: "0".repeat(64) } : model,
    );
    const other = { ...run, file: { ...run.file, models } };
    const hash = run.file.models.find(({ name }) => name === "biased")?.hash.slice(0, 12);
    await expect(
      writeReport(other, { matrix, findings: [], saliency: { workspace, method: "input-gradients" } }),
    ).rejects.toMatchObject({
      code: "usage",
      message: `${workspace.path}: model biased: expected the one that "${run.path}" was made with (000000000000), got another (${hash}): name that run's workspace with workspace`,
    });
  });

  test("is refused where the figures do not fit", async () => {
    const matrix = alignmentMatrix(run, { resamples: 100 });
    await expect(writeReport(run, { matrix, findings: [], maxSizeMb: 0.01 })).rejects.toMatchObject({
      code: "usage",
      message: `maxSizeMb: expected enough for the figures of 2 × ${matrix.downstream.length} cells, got "0.01" MB: allow more`,
    });
  });
});

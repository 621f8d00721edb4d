import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { platform } from "#platform";
import { readImage } from "../../src/models/read-image.ts";
import type { Pixels } from "../../src/platform/platform.ts";
import { readKept, readSprite } from "../../src/results/kept-pictures.ts";
import { type OpenRun, openRun } from "../../src/results/open-run.ts";
import { readThumbnails, tileOf } from "../../src/results/thumbnail-sheets.ts";
import { alignFolder } from "../../src/run/align-folder.ts";
import type { AlignFolderOptions } from "../../src/run/run-options.ts";
import { mean } from "../../src/statistics/moments.ts";
import { alongLatent, latentSize } from "../models/linear-world.ts";
import { difference, drawFaces, runToEnd, smallScene } from "./small-world.ts";

const bases = ["smiling", "rare", "red", "smiling + 0.3*glasses"];

const { workspace, folder, faces } = await smallScene(300);
const at = (name: string): string => join(folder, name);
/** A run in one piece, with limit 30. */
const whole = await aligned("whole");
afterAll(() => workspace.dispose());

/** A classifier's logit by the latent, as test/run/small-world.ts sets it: slopes and what it is at 0. */
interface Affine {
  readonly slopes: readonly number[];
  readonly offset: number;
}
const affine: Readonly<Record<string, Affine>> = {
  smiling: { slopes: [14, 0, 0, 0], offset: 0 },
  glasses: { slopes: [0, 15, 0, 0], offset: 0 },
  rare: { slopes: [0, 0, 12, 0], offset: -2 },
  biased: { slopes: [10, 9, 0, 0], offset: 0 },
};
/** Bases as sums of predictions (Eq. 4). */
const sums: Readonly<Record<string, readonly (readonly [number, string])[]>> = {
  smiling: [[1, "smiling"]],
  rare: [[1, "rare"]],
  "smiling + 0.3*glasses": [
    [1, "smiling"],
    [0.3, "glasses"],
  ],
};

function predictionOf(name: string, latent: readonly number[]): number {
  const { slopes, offset } = affine[name] as Affine;
  const logit = slopes.reduce((sum, slope, axis) => sum + slope * (latent[axis] as number), offset);
  return 1 / (1 + Math.exp(-logit));
}
const sumOf = (base: string, latent: readonly number[]): number =>
  (sums[base] ?? []).reduce((total, [coefficient, name]) => total + coefficient * predictionOf(name, latent), 0);

/** z + λ·∂f/∂z (Eqs. 1 and 2), with ∂σ(a·z + b)/∂z = p·(1 − p)·a. */
function shiftedLatent(base: string, latent: readonly number[], lambda: number): readonly number[] {
  return latent.map((value, axis) =>
    (sums[base] ?? []).reduce((moved, [coefficient, name]) => {
      const p = predictionOf(name, latent);
      return moved + lambda * coefficient * p * (1 - p) * ((affine[name] as Affine).slopes[axis] as number);
    }, value),
  );
}

/** E(x) = Qᵀ·(x − 0.5), from the file's own pixels. */
async function latentOf(path: string): Promise<readonly number[]> {
  const { data } = await readImage(path);
  return Array.from({ length: latentSize }, (_, axis) => {
    const column = alongLatent(Array.from({ length: latentSize }, (_, other) => Number(other === axis)));
    return column.reduce((sum, weight, pixel) => sum + weight * ((data[pixel] as number) - 0.5), 0);
  });
}

/** Whether every pixel of D(z) = 0.5 + Q·z lies in [0, 1]. */
const isInside = (latent: readonly number[]): boolean => alongLatent(latent).every((value) => Math.abs(value) < 0.5);

async function aligned(name: string, options: Partial<AlignFolderOptions> = {}): Promise<OpenRun> {
  await runToEnd(faces, { workspace, bases, out: at(name), limit: 30, keepImages: 3, ...options });
  return openRun(at(name));
}

describe("a run over a folder", () => {
  test("has predictions and changes as the linear world's formulas give them", async () => {
    const run = whole;
    const latents = new Map<string, readonly number[]>();
    for (const { image } of run.predictions) latents.set(image, await latentOf(join(faces, image)));
    // Without the softmax, and without images that a pixel leaves [0, 1] in: there D clamps, and is not linear.
    const known = run.predictions.filter(
      ({ image, classifier }) => affine[classifier] !== undefined && isInside(latents.get(image) ?? []),
    );
    expect(new Set(known.map(({ classifier }) => classifier))).toEqual(new Set(Object.keys(affine)));
    for (const { image, classifier, reconstruction } of known) {
      expect(reconstruction).toBeCloseTo(predictionOf(classifier, latents.get(image) ?? []), 4);
    }

    const compared = new Set<string>();
    for (const { image, base, lambda, before, after } of run.counterfactuals) {
      const latent = latents.get(image) ?? [];
      if (sums[base] === undefined || lambda === null) continue;
      const moved = shiftedLatent(base, latent, lambda);
      if (!isInside(latent) || !isInside(moved)) continue;
      const [was, is] = [sumOf(base, latent), sumOf(base, moved)];
      expect(before).toBeCloseTo(was, 4);
      expect(after).toBeCloseTo(is, 3);
      for (const row of run.changes.filter((one) => one.image === image && one.base === base)) {
        if (affine[row.downstream] === undefined) continue;
        const [first, last] = [predictionOf(row.downstream, latent), predictionOf(row.downstream, moved)];
        expect([row.before - first, row.after - last].every((error) => Math.abs(error) < 1e-3)).toBe(true);
        // Eq. 3.
        expect(row.relativeChange ?? Number.NaN).toBeCloseTo((last - first) / (is - was), 2);
        compared.add(`${image} ${base} ${row.downstream}`);
      }
    }
    // Three bases, all four watchers, most images.
    expect(compared.size).toBeGreaterThan(200);
  });

  test("selects the first positives of the order, and stops after the chunk in which every base has its limit", async () => {
    const run = whole;
    const place = new Map(run.images.map(({ image, position }) => [image, position]));
    for (const base of bases) {
      const positive = run.positives[base] ?? base;
      const expected = run.predictions
        .filter((row) => row.classifier === positive && row.reconstruction >= 0.5)
        .slice(0, 30)
        .map(({ image }) => image);
      const got = run.counterfactuals.filter((row) => row.base === base).map(({ image }) => image);
      if (base !== "red") expect(got).toEqual(expected);
      expect(got).toHaveLength(30);
    }
    const last = Math.max(...run.counterfactuals.map(({ image }) => place.get(image) as number));
    expect(run.processed).toBe(64 * (Math.floor(last / 64) + 1));
    expect(run.processed).toBeLessThan(300);
    expect(run.images).toHaveLength(300);
    expect(run.images.every(({ labels }) => labels.smiling !== undefined && labels.young !== undefined)).toBe(true);
  });

  test("grown to a larger limit equals a run made with that limit, and computes no image twice for a base", async () => {
    const small = await aligned("grown", { limit: 7 });
    const grown = await aligned("grown", { limit: 30 });
    expect(small.counterfactuals.length).toBeLessThan(whole.counterfactuals.length);
    expect(difference(grown, whole)).toBeUndefined();
    for (const picture of whole.pictures) {
      expect(JSON.stringify(await readKept(grown.path, picture))).toBe(
        JSON.stringify(await readKept(whole.path, picture)),
      );
    }
    // The parts of the smaller run are gone.
    const parts = await readdir(at("grown/counterfactuals"));
    expect(parts).toHaveLength((await readdir(at("whole/counterfactuals"))).length);
    expect((await aligned("grown", { limit: null })).counterfactuals.length).toBeGreaterThan(120);
  });

  test("repeated computes nothing and changes nothing", async () => {
    const summary = await runToEnd(faces, { workspace, bases, out: at("whole"), limit: 30, keepImages: 3 });
    const again = await openRun(at("whole"));
    expect(difference(again, whole)).toBeUndefined();
    expect(again.file).toEqual(whole.file);
    expect(summary).toEqual({
      run: at("whole"),
      images: whole.processed,
      dropped: {},
      counterfactuals: whole.counterfactuals.length,
      rows: [],
      notes: [],
    });
  });

  test("keeps the first pictures of every base that moved, with predictions that meet those of the rows", async () => {
    const run = whole;
    for (const base of bases) {
      const moved = run.counterfactuals.filter((row) => row.base === base && row.before - row.after > 0.3);
      const kept = run.pictures.filter((picture) => picture.base === base);
      expect(kept.map(({ image }) => image)).toEqual(moved.slice(0, 3).map(({ image }) => image));
    }
    const [picture] = run.pictures;
    const kept = await readKept(run.path, picture as OpenRun["pictures"][number]);
    const row = run.counterfactuals.find(({ image, base }) => image === kept.image && base === kept.base);
    expect([kept.predictions[kept.base]?.[0], kept.predictions[kept.base]?.at(-1)]).toEqual([row?.before, row?.after]);
    expect(kept.shares).toHaveLength(6);
  });

  test("keeps every counterfactual in small, after what it started from, as the whole pictures show them", async () => {
    const tiles = new Map<string, Pixels>();
    const apart = (tile: Pixels, frame: Pixels): number =>
      mean([...frame.data].map((byte, at) => Math.abs(byte - (tile.data[at] ?? Number.NaN))));
    for (const file of whole.thumbnails) {
      const sheet = await readThumbnails(whole.path, file);
      for (const [place, { image, base }] of sheet.tiles.entries()) {
        tiles.set(JSON.stringify([image, base]), tileOf(sheet, sheet.pixels, place));
      }
    }
    const moved = whole.counterfactuals.flatMap(({ image, base }) => [[image, base] as const, [image, null] as const]);
    expect([...tiles.keys()].toSorted()).toEqual([...new Set(moved.map((of) => JSON.stringify(of)))].toSorted());
    for (const picture of whole.pictures) {
      const kept = await readKept(whole.path, picture);
      const sprite = await platform.decodeImage(await readSprite(whole.path, kept));
      const columns = kept.shares.length + 1;
      for (const [of, place] of [[null, 1] as const, [kept.base, columns - 1] as const]) {
        const frame = tileOf({ ...kept, columns }, sprite, place);
        const own = tiles.get(JSON.stringify([kept.image, of])) as Pixels;
        const all = [...tiles.values()].map((tile) => apart(tile, frame));
        // Both are compressed, and tiles of 3 × 2 pixels share their neighbours' errors.
        expect(apart(own, frame)).toBeLessThan(mean(all) / 2);
      }
    }
  });

  test("stops at a signal, can be opened, and goes on to the same rows", async () => {
    const controller = new AbortController();
    const steps = alignFolder(faces, {
      workspace,
      bases,
      out: at("interrupted"),
      limit: 30,
      keepImages: 3,
      signal: controller.signal,
    });
    const interrupted = (async () => {
      for await (const { phase, done } of steps) if (phase === "aligning" && done > 64) controller.abort();
    })();
    await expect(interrupted).rejects.toMatchObject({
      code: "interrupted",
      message: `interrupted: run the same command again to go on in "${at("interrupted")}"`,
    });
    const partial = await openRun(at("interrupted"));
    expect([partial.finished, partial.processed]).toEqual([false, 64]);
    expect(difference(await aligned("interrupted"), whole)).toBeUndefined();
  });

  test("left early by its consumer ends and can be resumed", async () => {
    const steps = alignFolder(faces, { workspace, bases, out: at("left"), limit: 30, keepImages: 3 });
    for await (const { phase, done } of steps) if (phase === "aligning" && done > 64) break;
    expect((await openRun(at("left"))).finished).toBe(false);
    expect(difference(await aligned("left"), whole)).toBeUndefined();
  });

  test("is refused to a second taker while one works in its folder, and goes on undisturbed", async () => {
    const options = { workspace, bases, out: at("shared"), limit: 30, keepImages: 3 };
    const steps = alignFolder(faces, options);
    await steps.next();
    await expect(runToEnd(faces, options)).rejects.toMatchObject({
      code: "usage",
      message: expect.stringMatching(`^"${at("shared")}" is in use by process ${process.pid} `),
    });
    for (;;) if ((await steps.next()).done) break;
    expect(difference(await openRun(at("shared")), whole)).toBeUndefined();
    expect(await readdir(at("shared"))).not.toContain("lock.json");
  });

  test.runIf(process.platform === "linux")("is refused at once where no folder can be made", async () => {
    await expect(runToEnd(faces, { workspace, bases, out: "/proc/cfalign/run" })).rejects.toMatchObject({
      code: "runtime",
      message: expect.stringMatching(/^cannot write "\/proc\/cfalign\/run": /),
    });
  });

  test("whose results cannot be written fails, and goes on when they can", async () => {
    const obstacle = at("blocked/changes/1of1-00001.parquet");
    const steps = alignFolder(faces, { workspace, bases, out: at("blocked"), limit: 30, keepImages: 3 });
    const failed = (async () => {
      for await (const { phase, done } of steps)
        if (phase === "aligning" && done === 64) await mkdir(join(obstacle, "in-the-way"), { recursive: true });
    })();
    await expect(failed).rejects.toMatchObject({ code: "runtime", where: obstacle });
    expect((await openRun(at("blocked"))).processed).toBe(64);
    await rm(obstacle, { recursive: true });
    expect(difference(await aligned("blocked"), whole)).toBeUndefined();
    expect((await readdir(at("blocked/changes"))).filter((file) => file.endsWith(".part"))).toEqual([]);
  });

  test("is refused in the folder of another run, with the difference", async () => {
    const out = whole.path;
    const refusal = (phrase: string) => ({
      code: "usage",
      message: `"${out}" holds another run: ${phrase}: choose another folder (out), delete "${out}", or repeat what it was made with`,
    });
    await expect(aligned("whole", { drop: 0.5 })).rejects.toMatchObject(refusal("drop: 0.6 there, 0.5 now"));
    await expect(aligned("whole", { bases: ["smiling"], seed: 2 })).rejects.toMatchObject({
      message: expect.stringContaining(
        "bases: smiling, rare, red, smiling + 0.3*glasses there, smiling now; positive: smiling + 0.3*glasses by smiling there, none now; seed: 1 there, 2 now; image list: ",
      ),
    });
    await expect(aligned("whole", { limit: 20 })).rejects.toMatchObject(
      refusal("limit: 30 there, 20 now (it may only grow)"),
    );
    await expect(aligned("whole", { limit: null, shard: { index: 1, count: 2 } })).rejects.toMatchObject(
      refusal("shard: 1/1 there, 1/2 now"),
    );
  });

  test("is refused when images came, went or were labelled anew", async () => {
    const some = at("some");
    await drawFaces(some, 5);
    const options = { workspace, bases: ["smiling"], out: at("some-run") };
    await runToEnd(some, options);
    await rm(join(some, "face-0003.png"));
    await drawFaces(at("more"), 7);
    await writeFile(join(some, "new.png"), await readFile(at("more/face-0006.png")));
    await expect(runToEnd(some, options)).rejects.toMatchObject({
      message: expect.stringMatching(
        /image list: 5 images \([0-9a-f]{12}\) there, 5 images \([0-9a-f]{12}\) now \(1 new, such as "new.png"; 1 gone, such as "face-0003.png"\)/,
      ),
    });
  });

  test("is refused where its results would become images, or where foreign files lie", async () => {
    await expect(aligned("faces/run")).rejects.toMatchObject({
      code: "usage",
      message: `out "${at("faces/run")}" lies in the image folder "${faces}": choose a folder beside it`,
    });
    await mkdir(at("foreign/changes"), { recursive: true });
    await writeFile(at("foreign/changes/notes.txt"), "mine");
    await expect(aligned("foreign")).rejects.toMatchObject({
      code: "usage",
      message: `"${at("foreign/changes")}" exists and belongs to no run: choose another folder (out)`,
    });
    await writeFile(at("file"), "mine");
    await expect(aligned("file")).rejects.toMatchObject({
      code: "usage",
      message: `"${at("file")}": expected a folder for the run, found a file: choose another one (out)`,
    });
  });

  test.each([
    [{ limit: 0 }, "limit: expected a whole number, 1 or more, got 0"],
    [{ keepImages: -1 }, "keepImages: expected a whole number, 0 or more, got -1"],
    [{ keepFrames: 61 }, "keepFrames: expected a whole number, 2 to 60, got 61"],
    [{ shard: { index: 3, count: 2 } }, "shard: expected a whole number, 1 to 2, got 3"],
    [{ minPrediction: 2 }, "minPrediction: expected a number from 0 to 1, got 2"],
    [{ drop: 0 }, "drop: expected a number above 0, got 0"],
    [
      { untilResolved: true, limit: 401 },
      "untilResolved: the last look is at 400 images: expected a limit of at most that, got 401",
    ],
    [
      { untilResolved: true, shard: { index: 1, count: 2 } },
      "untilResolved: expected a whole run, got shard 1/2: a shard cannot look at the others' images",
    ],
    [{ bases: [] }, "bases: expected at least one classifier, got none"],
  ])("with %j says %s", async (options, message) => {
    await expect(aligned("never", options)).rejects.toMatchObject({ code: "usage", message });
  });
});

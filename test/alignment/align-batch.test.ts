import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AlignBatchRequest, alignBatch } from "../../src/alignment/align-batch.ts";
import type { KeptFrames } from "../../src/alignment/kept-frames.ts";
import { createRandom } from "../../src/base/random.ts";
import { latentShift } from "../../src/counterfactual/latent-shift.ts";
import { defaultSearch } from "../../src/counterfactual/search-options.ts";
import { openWorkspace, type Workspace } from "../../src/models/workspace.ts";
import { attributes, biased, dot, judge, latent, mood, sigmoid } from "../models/linear-models.ts";
import { type LinearWorld, linearWorld } from "../models/linear-world.ts";

let world: LinearWorld;
let workspace: Workspace;
const random = createRandom(11);
const latents = Array.from({ length: 25 }, () => latent(...Array.from({ length: 4 }, () => 1.5 * random.normal())));

beforeAll(async () => {
  world = await linearWorld([attributes, biased, mood], { judges: [judge] });
  workspace = await openWorkspace(world.path);
});
afterAll(() => workspace.dispose());

function request(change: Partial<AlignBatchRequest> = {}): AlignBatchRequest {
  return {
    images: latents.map((z, index) => ({ image: `${index}.png`, pixels: world.image(z) })),
    autoencoder: workspace.autoencoder,
    bases: workspace
      .classifiers("smiling-eyeglasses, happy, smiling + 0.3*eyeglasses")
      .map((classifier) => ({ classifier })),
    downstream: workspace.classifiers(),
    judges: workspace.judges,
    search: defaultSearch,
    latentScale: 5,
    selectFor: () => "positive",
    minPrediction: 0.5,
    ...change,
  };
}

describe("a batch", () => {
  it("predicts every image with every classifier, on the input and on the reconstruction", async () => {
    const { predictions } = await alignBatch(request());
    // 8 targets, 1 composed base, 2 targets of the judge.
    expect(predictions).toHaveLength(25 * 11);
    const eyeglasses = predictions.filter(({ classifier }) => classifier === "eyeglasses");
    eyeglasses.forEach(({ input, reconstruction }, index) => {
      const expected = sigmoid(3 * (latents[index]?.[1] as number));
      expect(input).toBeCloseTo(expected, 5);
      expect(reconstruction).toBeCloseTo(expected, 5);
    });
  });

  it("runs a base on the images it calls positive: a composed one where its first term is, a class where it is the arg max", async () => {
    const { counterfactuals } = await alignBatch(request());
    const of = (base: string): string[] => counterfactuals.filter((row) => row.base === base).map(({ image }) => image);
    const where = (positive: (z: readonly number[]) => boolean): string[] =>
      latents.flatMap((z, index) => (positive(z) ? [`${index}.png`] : []));
    expect(of("smiling-eyeglasses")).toEqual(where((z) => dot([2, 2, 0, 0], z) >= 0));
    expect(of("smiling + 0.3*eyeglasses")).toEqual(where((z) => 2 * (z[0] as number) + 0.5 >= 0));
    const mostly = (z: readonly number[]): boolean => {
      const [happy = 0, ...others] = world.logits("mood", z);
      return others.every((value) => happy >= value);
    };
    expect(of("happy")).toEqual(where(mostly));
  });

  it("takes another classifier's word for positive, or all images, or the first few", async () => {
    const base = workspace.classifier("smiling");
    const positive = workspace.classifier("eyeglasses");
    const by = await alignBatch(request({ bases: [{ classifier: base, positive }] }));
    expect(by.counterfactuals.map(({ image }) => image)).toEqual(
      latents.flatMap((z, index) => ((z[1] as number) >= 0 ? [`${index}.png`] : [])),
    );
    const all = await alignBatch(request({ bases: [{ classifier: base }], selectFor: () => "all" }));
    expect(all.counterfactuals).toHaveLength(25);
    const few = await alignBatch(request({ limits: new Map([["happy", 2]]) }));
    expect(few.counterfactuals.filter((row) => row.base === "happy")).toHaveLength(2);
    const none = await alignBatch(request({ skip: (base) => base === "happy" }));
    expect(none.counterfactuals.filter((row) => row.base === "happy")).toHaveLength(0);
    expect(none.predictions).toHaveLength(25 * 11);
  });

  it("gives each counterfactual what latent shift gives alone", async () => {
    const { counterfactuals } = await alignBatch(request());
    for (const row of counterfactuals.slice(0, 12)) {
      const alone = await latentShift(world.image(latents[Number.parseInt(row.image, 10)] as number[]), {
        autoencoder: workspace.autoencoder,
        base: workspace.classifier(row.base),
        latentScale: 5,
      });
      expect(row.stopReason).toBe(alone.stopReason);
      expect(row.evaluations).toBe(alone.evaluations);
      expect(row.shift).toBeCloseTo(alone.shift, 4);
      expect(row.after).toBeCloseTo(alone.basePrediction.after, 5);
    }
  });

  it("measures relative change against the reconstruction, for downstream classifiers and judges", async () => {
    const { changes, counterfactuals } = await alignBatch(request());
    expect(changes).toHaveLength(counterfactuals.length * 10);
    for (const row of counterfactuals.filter(({ base }) => base === "smiling-eyeglasses")) {
      const z = latents[Number.parseInt(row.image, 10)] as number[];
      const end = z.map((value, index) => value - row.shift * (index < 2 ? Math.SQRT1_2 : 0));
      const change = (slope: readonly number[], intercept: number): number =>
        sigmoid(dot(slope, end) + intercept) - sigmoid(dot(slope, z) + intercept);
      const own = changes.filter(({ image, base }) => image === row.image && base === row.base);
      const of = (name: string): number | null | undefined =>
        own.find(({ downstream }) => downstream === name)?.relativeChange;
      const baseChange = change([2, 2, 0, 0], 0);
      expect(of("smiling-eyeglasses")).toBe(1);
      expect(of("eyeglasses")).toBeCloseTo(change([0, 3, 0, 0], 0) / baseChange, 3);
      expect(of("beard")).toBeCloseTo(change([1, 0, 2, 0], -0.5) / baseChange, 3);
      expect(of("attributes-b/smiling")).toBeCloseTo(change([1.5, 0.1, 0, 0], 0.2) / baseChange, 3);
      expect(of("freckles")).toBeCloseTo(0, 4);
    }
  });

  it.each(["gradient", "path"] as const)(
    "gives an image the same rows, to the bit, whatever images come with it: %s",
    async (direction) => {
      const search = { ...defaultSearch, direction, draws: 3 };
      const together = await alignBatch(request({ search }));
      const { images } = request();
      for (const part of [images.slice(3, 5), images.slice(20, 21)]) {
        const apart = await alignBatch(request({ search, images: part }));
        const names = new Set(part.map(({ image }) => image));
        const mine = <Row extends { readonly image: string }>(rows: readonly Row[]): Row[] =>
          rows.filter(({ image }) => names.has(image));
        expect(apart.predictions).toEqual(mine(together.predictions));
        expect(apart.counterfactuals).toEqual(mine(together.counterfactuals));
        expect(apart.changes).toEqual(mine(together.changes));
      }
    },
  );

  it("orders rows by image, then base, then classifier", async () => {
    const { counterfactuals } = await alignBatch(request());
    const bases = request().bases.map(({ classifier }) => classifier.name);
    const keys = counterfactuals.map(({ image, base }) => Number.parseInt(image, 10) * 10 + bases.indexOf(base));
    expect(keys).toEqual([...keys].sort((a, b) => a - b));
  });

  it("keeps frames from the reconstruction to the counterfactual, and predictions along them", async () => {
    const keep = new Map([["smiling-eyeglasses", 2]]);
    const frames: KeptFrames[] = [];
    const kept: AlignBatchRequest["kept"] = (own, place) => {
      frames[place] = own;
    };
    const result = await alignBatch(request({ keep, keepFrames: 5, kept }));
    expect(frames.map(({ base }) => base)).toEqual(["smiling-eyeglasses", "smiling-eyeglasses"]);
    const first = frames[0];
    const row = result.counterfactuals.find(({ image, base }) => image === first?.image && base === first.base);
    expect(first?.shares).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(first?.frames.dims).toEqual([5, 1, 2, 3]);
    expect(first?.input.dims).toEqual([1, 1, 2, 3]);
    const along = first?.predictions["smiling-eyeglasses"] as readonly number[];
    expect(along[0]).toBeCloseTo(row?.before as number, 6);
    expect(along[4]).toBeCloseTo(row?.after as number, 6);
    // Of its own base, downstream classifiers and judges; not of the sum that is another base.
    expect(Object.keys(first?.predictions ?? {})).toHaveLength(10);
    const z = latents[Number.parseInt(first?.image as string, 10)] as number[];
    const half = dot([2, 2, 0, 0], z) - Math.SQRT2 * (row?.shift as number);
    expect(along[2]).toBeCloseTo(sigmoid(half), 4);
  });

  it("keeps frames along a path, at equal distances on it", async () => {
    const search = { ...defaultSearch, direction: "path", steps: 3, draws: 1, noise: 0 } as const;
    const bases = [{ classifier: workspace.classifier("happy - 0.9*smiling-eyeglasses") }];
    const options = { search, bases, keepFrom: 0.01, selectFor: () => "all" as const };
    const drawn: KeptFrames[] = [];
    const keep = new Map([[bases[0]?.classifier.name ?? "", 25]]);
    const result = await alignBatch(request({ ...options, keep, keepFrames: 13, kept: (own) => drawn.push(own) }));
    const scale = 5;
    let bent = 0;
    for (const { image, base, frames, predictions } of drawn) {
      const row = result.counterfactuals.find((one) => one.image === image && one.base === base);
      expect(predictions[base]?.[0]).toBeCloseTo(row?.before as number, 6);
      expect(predictions[base]?.at(-1)).toBeCloseTo(row?.after as number, 6);
      // Pixels are 0.5 + Q·z with orthonormal columns: distances of pictures are those of latents.
      const pixels = Array.from({ length: 13 }, (_, i) => frames.data.subarray(6 * i, 6 * (i + 1)));
      const apart = (a: number, b: number): number =>
        Math.hypot(...Array.from(pixels[a] ?? [], (value, i) => value - (pixels[b]?.[i] as number)));
      const [length, displacement] = [scale * (row?.length as number), scale * (row?.displacement as number)];
      expect(apart(0, 12)).toBeCloseTo(displacement, 4);
      expect(displacement).toBeCloseTo(row?.shift as number, 9);
      const gaps = Array.from({ length: 12 }, (_, i) => apart(i, i + 1));
      // Only the gaps with a bend in them are shorter than a twelfth of the way.
      const short = gaps.filter((gap) => gap < (length / 12) * (1 - 1e-4));
      for (const gap of gaps) expect(gap).toBeLessThanOrEqual((length / 12) * (1 + 1e-4) + 1e-6);
      expect(short.length).toBeLessThanOrEqual(2);
      if (length > 1.01 * displacement) bent++;
    }
    expect(bent).toBeGreaterThan(2);
  });

  it("tells its progress also while it keeps pictures", async () => {
    const told: (readonly [number, number, number])[] = [];
    const keep = new Map([["happy", 3]]);
    const progress = (...step: (typeof told)[number]) => void told.push(step);
    let kept = 0;
    const { counterfactuals } = await alignBatch(request({ keep, keepFrames: 8, progress, kept: () => void kept++ }));
    expect(kept).toBe(3);
    const count = counterfactuals.length;
    expect(told.at(-1)).toEqual([count + 3, count + 3, count]);
    const keeping = told.filter(([done]) => done > count).map(([done]) => done - count);
    expect(keeping).toEqual([1, 2, 3]);
    expect(told.map(([done]) => done)).toEqual(told.map(([done]) => done).toSorted((a, b) => a - b));
  });

  it("is empty for no images", async () => {
    expect(await alignBatch(request({ images: [] }))).toEqual({
      predictions: [],
      counterfactuals: [],
      changes: [],
      thumbnails: [],
      selected: new Map(),
      notFinite: [],
      clampedShares: new Map(),
    });
  });
});

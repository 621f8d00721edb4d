import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { inflateSync } from "node:zlib";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { Tensor } from "../../src/base/tensor.ts";
import { compileGraph } from "../../src/engine/compile.ts";
import { fitImage } from "../../src/models/fit-image.ts";
import { type Framing, isUntouched, placedMatrix, placements } from "../../src/models/framing.ts";
import { inputSchema } from "../../src/models/manifest.ts";
import { bare } from "../../src/models/model-file.ts";
import { preprocessing } from "../../src/models/preprocessing.ts";
import { readImage } from "../../src/models/read-image.ts";
import { type Interpolation, interpolations } from "../../src/platform/interpolation.ts";

/** What PIL makes of pictures, see zoo/fixtures/preprocessing.py. Pixels are interleaved RGB, deflated, base64. */
interface Fixtures {
  readonly width: number;
  readonly height: number;
  readonly cases: readonly {
    readonly picture: string;
    readonly framing: Pick<Framing, "fit" | "resizeTo" | "fill">;
    readonly resize: Interpolation;
    readonly pixels: string;
  }[];
  readonly coarse: {
    readonly width: number;
    readonly height: number;
    readonly pixels: string;
    readonly cases: Readonly<Record<Interpolation, string>>;
  };
}

const file = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
const fixtures = JSON.parse(await readFile(file("framing.json"), "utf8")) as Fixtures;
const { width, height } = fixtures;
const names = [...new Set(fixtures.cases.map(({ picture }) => picture))];
const pictures = new Map<string, Tensor>();
beforeAll(async () => {
  for (const name of names) pictures.set(name, await readImage(file(`${name}.png`)));
});

/** Interleaved bytes as [1, 3, h, w] in [0, 1]. */
function unpacked(packed: string, size: { readonly width: number; readonly height: number }): Tensor {
  const bytes = inflateSync(Buffer.from(packed, "base64"));
  const plane = size.width * size.height;
  const data = Float32Array.from(
    { length: 3 * plane },
    (_, i) => (bytes[3 * (i % plane) + Math.floor(i / plane)] as number) / 255,
  );
  return { data, dims: [1, 3, size.height, size.width] };
}

/** The largest difference of two images in levels of 8 bits, each rounded to them. */
function levels(a: Tensor, b: Tensor): number {
  if (a.dims.join() !== b.dims.join()) throw new Error(`[${a.dims}] and [${b.dims}] cannot be compared`);
  const level = (value: number): number => Math.round(255 * value);
  return a.data.reduce((most, value, i) => Math.max(most, Math.abs(level(value) - level(b.data[i] as number))), 0);
}

async function throughGraph(image: Tensor, fields: Partial<Framing> & { readonly overshoot?: "cut" }): Promise<Tensor> {
  const input = inputSchema.parse({ width, height, ...fields });
  const [, , rows = 0, columns = 0] = image.dims;
  const runner = await compileGraph(bare(preprocessing(input, { channels: 3, height: rows, width: columns }, "y")), {
    threads: 1,
  });
  const { y } = await runner.run({ image });
  await runner.dispose();
  return y as Tensor;
}

describe.each(names)("the picture %s", (name) => {
  const cases = fixtures.cases.filter(({ picture }) => picture === name);

  it("comes from a folder as PIL resizes and frames it, within one level of 8 bits", async () => {
    const image = pictures.get(name) as Tensor;
    for (const { framing, resize, pixels } of cases) {
      const size = { channels: 3, width, height, framing: { width, height, ...framing, resize } } as const;
      const fitted = await fitImage(image, size);
      const isThere = image.dims[2] === height && image.dims[3] === width;
      const expected = isThere ? image : unpacked(pixels, { width, height });
      expect({ framing, resize, levels: levels(fitted, expected) <= 1 }).toEqual({ framing, resize, levels: true });
      expect(await fitImage(fitted, size)).toBe(fitted);
    }
  });

  it("goes into a classifier as PIL resizes and frames it, within one level of 8 bits", async () => {
    for (const { framing, resize, pixels } of cases) {
      const seen = await throughGraph(pictures.get(name) as Tensor, { ...framing, resize, overshoot: "cut" });
      const found = levels(seen, unpacked(pixels, { width, height }));
      expect({ framing, resize, levels: found <= 1 }).toEqual({ framing, resize, levels: true });
    }
  });
});

describe("a kernel", () => {
  it("stays narrow without antialiasing: PIL's enlarged picture at the same places", async () => {
    const { coarse } = fixtures;
    const image = unpacked(coarse.pixels, coarse);
    const size = { width: 18, height: 12 };
    for (const resize of interpolations) {
      const expected = unpacked(coarse.cases[resize], size);
      const narrow = { ...size, resize, antialias: false } as const;
      const fitted = await fitImage(image, { channels: 3, ...size, framing: narrow });
      const seen = await throughGraph(image, { ...narrow, overshoot: "cut" });
      expect([resize, levels(fitted, expected) <= 1, levels(seen, expected) <= 1]).toEqual([resize, true, true]);
      // The same picture by the wide kernel is another one: the comparison can fail.
      const wide = await fitImage(image, { channels: 3, ...size, framing: { ...size, resize } });
      expect(levels(wide, expected) > 1).toBe(resize !== "nearest");
    }
  });

  it("overshoots an edge unless it is cut, and in pictures from a folder it never does", async () => {
    const edge = { data: Float32Array.from({ length: 24 }, (_, i) => (i % 8 < 4 ? 0 : 1)), dims: [1, 3, 1, 8] };
    for (const resize of ["bicubic", "lanczos"] as const) {
      const most = async (fields: Parameters<typeof throughGraph>[1]): Promise<number> =>
        Math.max(...(await throughGraph(edge, { width: 20, height: 1, resize, ...fields })).data);
      expect(await most({})).toBeGreaterThan(1.02);
      expect(await most({ overshoot: "cut" })).toBe(1);
      const fitted = await fitImage(edge, {
        channels: 3,
        width: 20,
        height: 1,
        framing: { width: 20, height: 1, resize },
      });
      expect(Math.max(...fitted.data)).toBe(1);
    }
  });
});

describe("a framing", () => {
  const picture = { width: 641, height: 427 };

  it.each([
    // ⌊224·641/427⌋ = 336, and (336 − 224)/2 = 56
    [{ fit: "cover" }, [336, 56], [224, 0]],
    // ⌊256·641/427⌋ = 384, (384 − 224)/2 = 80, (256 − 224)/2 = 16
    [{ fit: "cover", resizeTo: 256 }, [384, 80], [256, 16]],
    // 224·427/641 = 149.2, ⌊(149 − 224)/2⌋ = −38
    [{ fit: "contain" }, [224, 0], [149, -38]],
    [{ resizeTo: 256 }, [256, 16], [256, 16]],
    [{}, [224, 0], [224, 0]],
  ] as const)("%j resizes and centres by its rule", (fields, across, down) => {
    const placed = placements(picture, { width: 224, height: 224, resize: "bilinear", ...fields });
    expect([placed.across.resized, placed.across.start]).toEqual(across);
    expect([placed.down.resized, placed.down.start]).toEqual(down);
  });

  it("keeps the shape within a pixel, covers or is contained, and weighs what it shows to 1", () => {
    const side = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(side, side, side, side, fc.constantFrom("cover", "contain"), (w, h, columns, rows, fit) => {
        const framing: Framing = { width: columns, height: rows, fit, resize: "bilinear" };
        const { across, down } = placements({ width: w, height: h }, framing);
        const scale = fit === "cover" ? Math.max(columns / w, rows / h) : Math.min(columns / w, rows / h);
        expect(Math.abs(across.resized - w * scale)).toBeLessThan(1);
        expect(Math.abs(down.resized - h * scale)).toBeLessThan(1);
        for (const axis of [across, down]) {
          expect(axis.resized >= axis.size).toBe(fit === "cover" || axis.resized === axis.size);
          const matrix = placedMatrix(axis, framing);
          for (let row = 0; row < axis.size; row++) {
            const sum = matrix.subarray(row * axis.from, (row + 1) * axis.from).reduce((total, one) => total + one, 0);
            const inside = row + axis.start >= 0 && row + axis.start < axis.resized;
            expect(sum).toBeCloseTo(inside ? 1 : 0, 10);
          }
        }
      }),
    );
  });

  it("leaves a picture that fits as it is", () => {
    const { across, down } = placements({ width: 7, height: 5 }, { width: 7, height: 5, fit: "cover", resize: "box" });
    expect(isUntouched(across) && isUntouched(down)).toBe(true);
  });
});

import { expect, test } from "vitest";
import type { Pixels } from "../../src/platform/platform.ts";
import { faceSvg } from "../../src/world/face.ts";
import { FACTORS, type Factor, type Strengths } from "../../src/world/factors.ts";
import type { Nuisances } from "../../src/world/nuisances.ts";
import { faceSource, renderFace } from "../../src/world/render.ts";

/** The middle of every nuisance. */
const PLAIN: Nuisances = {
  dx: 0,
  dy: 0,
  rotation: 0,
  skinTone: 0.25,
  faceHeight: 0,
  jaw: 0,
  eyeGap: 0,
  eyeHue: 205,
  hairTone: 0.4,
  hairVolume: 0.5,
  parting: -5,
  shirtHue: 200,
  backgroundHue: 210,
  hatHue: 350,
  tieHue: 5,
  lipHue: -12,
  shadowHue: 250,
  glassesRoundness: 0.6,
  browTilt: 0,
  gazeX: 0,
  gazeY: 0,
};

const faces = Array.from({ length: 12 }, (_, i) => faceSource(5)(i));

/** A plain face with one factor at a strength and every other absent. */
function factorAlone(factor: Factor, strength: number): Strengths {
  return Object.fromEntries(FACTORS.map((name) => [name, name === factor ? strength : 0])) as Record<Factor, number>;
}

function visible(a: Pixels, b: Pixels): number {
  let pixels = 0;
  for (let i = 0; i < a.data.length; i += 3) {
    const difference = [0, 1, 2].map((c) => Math.abs((a.data[i + c] as number) - (b.data[i + c] as number)));
    if (Math.max(...difference) > 20) pixels++;
  }
  return pixels;
}

test.each(FACTORS)("%s changes at least eight pixels of every face, whatever else it wears", async (factor) => {
  const changed = await Promise.all(
    faces.map(async ({ strengths, nuisances }) => {
      const at = (strength: number) => renderFace({ strengths: { ...strengths, [factor]: strength }, nuisances });
      return visible(await at(0), await at(1));
    }),
  );
  expect(Math.min(...changed)).toBeGreaterThanOrEqual(8);
});

test.each(FACTORS)("%s leaves no ghost at a strength near 0", (factor) => {
  expect(faceSvg(factorAlone(factor, 0.05), PLAIN)).toBe(faceSvg(factorAlone(factor, 0), PLAIN));
});

test.each(FACTORS)("%s at ½ is neither absent nor full", (factor) => {
  const half = faceSvg(factorAlone(factor, 0.5), PLAIN);
  expect(half).not.toBe(faceSvg(factorAlone(factor, 0), PLAIN));
  expect(half).not.toBe(faceSvg(factorAlone(factor, 1), PLAIN));
});

test("a face has no number that is not finite", () => {
  for (const { strengths, nuisances } of faces)
    expect(faceSvg(strengths, nuisances)).not.toMatch(/NaN|Infinity|undefined/);
});

test("a face is drawn at the asked size", async () => {
  const full = Object.fromEntries(FACTORS.map((factor) => [factor, 1])) as unknown as Strengths;
  expect(await renderFace({ strengths: full, nuisances: PLAIN }, 96)).toMatchObject({
    width: 96,
    height: 96,
    channels: 3,
  });
});

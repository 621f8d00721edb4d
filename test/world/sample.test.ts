import { expect, test } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import { FACTORS, type Factor, labelOf, type Strengths } from "../../src/world/factors.ts";
import { type SampleOptions, strengthSampler } from "../../src/world/sample.ts";

function draw(count: number, options: SampleOptions): Strengths[] {
  const sample = strengthSampler(options);
  const random = createRandom(3);
  return Array.from({ length: count }, () => sample(random));
}

/** The phi coefficient from the four counts of a 2 × 2 table. */
function phi(faces: readonly Strengths[], a: Factor, b: Factor): number {
  const count = (first: boolean, second: boolean): number =>
    faces.filter((face) => labelOf(face[a]) === first && labelOf(face[b]) === second).length;
  const [both, onlyA, onlyB, none] = [count(true, true), count(true, false), count(false, true), count(false, false)];
  const margins = (both + onlyA) * (onlyB + none) * (both + onlyB) * (onlyA + none);
  return (both * none - onlyA * onlyB) / Math.sqrt(margins);
}

test.each([0, 0.4])("correlated labels reach the asked phi with %f of the strengths in the middle", (middle) => {
  const correlate = [
    { a: "eyeglasses", b: "beard", phi: 0.6 },
    { a: "hat", b: "necktie", phi: -0.4 },
  ];
  const faces = draw(20_000, { middle, correlate });
  expect(phi(faces, "eyeglasses", "beard")).toBeCloseTo(0.6, 1.5);
  expect(phi(faces, "hat", "necktie")).toBeCloseTo(-0.4, 1.5);
  expect(Math.abs(phi(faces, "smiling", "beard"))).toBeLessThan(0.03);
});

test("every label is present in half of the faces", () => {
  const faces = draw(20_000, {});
  for (const factor of FACTORS) {
    const share = faces.filter((face) => labelOf(face[factor])).length / faces.length;
    expect(Math.abs(share - 0.5)).toBeLessThan(0.02);
  }
});

test("strengths are near 0 or near 1 unless a share is drawn in the middle", () => {
  const middling = (faces: readonly Strengths[]): number =>
    faces.filter((face) => face.hat > 0.15 && face.hat < 0.85).length / faces.length;
  expect(middling(draw(2000, {}))).toBe(0);
  expect(middling(draw(2000, { middle: 0.4 }))).toBeCloseTo(0.4 * 0.7, 1);
});

test.each([
  [{ a: "glases", b: "beard", phi: 0.5 }, /^unknown factor "glases": expected one of smiling, mouth_open,/],
  [{ a: "hat", b: "hat", phi: 0.5 }, /^expected two different factors, got "hat" twice$/],
  [{ a: "hat", b: "beard", phi: 1 }, /^expected a correlation between -1 and 1 for "hat~beard", got 1$/],
])("a wrong correlation is refused: %o", (correlation, message) => {
  expect(() => strengthSampler({ correlate: [correlation] })).toThrowError(message);
});

test("correlations that contradict each other are refused", () => {
  const correlate = [
    { a: "hat", b: "beard", phi: 0.9 },
    { a: "beard", b: "bangs", phi: 0.9 },
    { a: "hat", b: "bangs", phi: -0.9 },
  ];
  expect(() => strengthSampler({ correlate })).toThrowError(
    'the correlations of "hat" contradict the others: make them weaker',
  );
});

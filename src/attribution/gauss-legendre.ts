/** A point of an integral over [0, 1], and its weight. */
export interface Node {
  readonly at: number;
  readonly weight: number;
}

/** The n-point Gauss–Legendre rule on [0, 1], exact for polynomials up to degree 2n − 1: the roots of P_n by Newton's method. */
export function gaussLegendre(count: number): readonly Node[] {
  return Array.from({ length: count }, (_, index) => {
    let root = Math.cos((Math.PI * (count - index - 0.25)) / (count + 0.5));
    for (let step = 0; step < 100; step++) {
      const { value, slope } = legendre(count, root);
      const change = value / slope;
      root -= change;
      if (Math.abs(change) < 1e-16) break;
    }
    const { slope } = legendre(count, root);
    return { at: (1 + root) / 2, weight: 1 / ((1 - root * root) * slope * slope) };
  });
}

/** P_n(x) and its derivative, by the three-term recurrence. */
function legendre(degree: number, x: number): { readonly value: number; readonly slope: number } {
  let [before, value] = [0, 1];
  for (let n = 1; n <= degree; n++) [before, value] = [value, ((2 * n - 1) * x * value - (n - 1) * before) / n];
  return { value, slope: (degree * (x * value - before)) / (x * x - 1) };
}

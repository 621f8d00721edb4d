/** λ in as many digits as can be told apart: "−63", "−1.2e+5". */
export function lambdaText(lambda: number): string {
  const size = Math.abs(lambda);
  const text =
    size === 0 ? "0" : size >= 1e5 || size < 0.01 ? size.toExponential(1) : String(Number(size.toPrecision(3)));
  return lambda < 0 ? `−${text}` : text;
}

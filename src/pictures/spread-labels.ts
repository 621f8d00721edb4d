/**
 * Moves labels apart so that none overlap, each as near to where it wants to be as the others allow (least squares;
 * pool adjacent violators). Returns positions in the order given; equal wishes keep their order.
 * All within [`low`, `high`] as far as there is room for `gap` between neighbours.
 */
export function spreadLabels(wishes: readonly number[], gap: number, low: number, high: number): number[] {
  const order = wishes.map((_, index) => index).sort((a, b) => (wishes[a] ?? 0) - (wishes[b] ?? 0) || a - b);
  // With y_i = p_i − i·gap the condition p_(i+1) ≥ p_i + gap is "y does not fall": isotonic regression.
  const pools: { sum: number; size: number }[] = [];
  order.forEach((index, rank) => {
    pools.push({ sum: (wishes[index] ?? 0) - rank * gap, size: 1 });
    for (;;) {
      const last = pools.at(-1);
      const previous = pools.at(-2);
      if (last === undefined || previous === undefined || previous.sum / previous.size <= last.sum / last.size) break;
      pools.pop();
      previous.sum += last.sum;
      previous.size += last.size;
    }
  });
  const top = Math.max(low, high - (wishes.length - 1) * gap);
  const positions = new Array<number>(wishes.length).fill(low);
  let rank = 0;
  for (const { sum, size } of pools) {
    const value = Math.min(top, Math.max(low, sum / size));
    for (let end = rank + size; rank < end; rank++) positions[order[rank] ?? 0] = value + rank * gap;
  }
  return positions;
}

/** λ in as many digits as can be told apart: "−63", "−1.2e+5". */
export function lambdaText(lambda: number): string {
  const size = Math.abs(lambda);
  const text =
    size === 0 ? "0" : size >= 1e5 || size < 0.01 ? size.toExponential(1) : String(Number(size.toPrecision(3)));
  return lambda < 0 ? `−${text}` : text;
}

/** How AdamW moves. */
export interface AdamWOptions {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Share of a weight that goes with each step, times the learning rate; per number, 0 where nothing decays. */
  readonly decay: Float32Array;
}

/** Moments of the gradients so far. */
export interface AdamWState {
  readonly first: Float32Array;
  readonly second: Float32Array;
  /** Steps that were made. */
  steps: number;
}

/** The state before the first step. */
export function adamWState(length: number): AdamWState {
  return { first: new Float32Array(length), second: new Float32Array(length), steps: 0 };
}

/** One step of AdamW (Loshchilov & Hutter 2019), in place: weights first decay, then move against the gradient. */
export function adamW(
  weights: Float32Array,
  gradient: Float32Array,
  state: AdamWState,
  { rate, beta1, beta2, epsilon, decay }: AdamWOptions & { readonly rate: number },
): void {
  const { first, second } = state;
  state.steps += 1;
  const firstBias = 1 - beta1 ** state.steps;
  const secondBias = Math.sqrt(1 - beta2 ** state.steps);
  for (let i = 0; i < weights.length; i++) {
    const slope = gradient[i] as number;
    const m = beta1 * (first[i] as number) + (1 - beta1) * slope;
    const v = beta2 * (second[i] as number) + (1 - beta2) * slope * slope;
    first[i] = m;
    second[i] = v;
    const kept = (weights[i] as number) * (1 - rate * (decay[i] as number));
    weights[i] = kept - ((rate / firstBias) * m) / (Math.sqrt(v) / secondBias + epsilon);
  }
}

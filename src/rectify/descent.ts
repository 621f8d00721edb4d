/** Options of the pseudo gradient descent. */
export interface DescentOptions {
  /** η of Eq. 6. */
  readonly learningRate: number;
  /** μ of Eq. 6. */
  readonly momentum: number;
  readonly maxSteps: number;
  /** Steps between two looks at the validation images. */
  readonly checkEvery: number;
  /** Looks without improvement after which the descent ends. */
  readonly patience: number;
}

/** One step: the coefficients that a minibatch was measured at, and what it said. */
export interface DescentStep {
  /** From 1. */
  readonly step: number;
  readonly coefficients: readonly number[];
  /** Mean RC by feature over the used images of the minibatch; null where none was used, and for a feature that is not fitted. */
  readonly meanRelativeChange: readonly (number | null)[];
  /** Images used. */
  readonly used: number;
}

/** One look at the averaged coefficients. */
export interface DescentCheck {
  readonly step: number;
  readonly coefficients: readonly number[];
  /** On validation; null where too few present images are left, so that it cannot be chosen. */
  readonly loss: number | null;
}

/** Where a descent ended, and how it came there. */
export interface Descent {
  /** Those of the look with the lowest loss. */
  readonly coefficients: readonly number[];
  /** The step of that look. */
  readonly chosen: number;
  readonly ended: "patience" | "steps";
  readonly steps: readonly DescentStep[];
  readonly checks: readonly DescentCheck[];
}

/** Coefficients stay in ±2: beyond, the other classifier is most of the sum. */
export const largestCoefficient = 2;
/** A loss must fall by as much to count as an improvement: less is noise. */
const improvement = 0.005;

/**
 * Pseudo gradient descent with momentum (Eq. 6): v ← μ·v + mean RC, c ← c − η·v, one coefficient per feature.
 *
 * A constant step never settles: the iterates wander about the zero of the mean RC. What is looked at every few steps is
 * therefore not the last iterate but the mean of the later half of them (Polyak–Ruppert averaging over a suffix); the look
 * with the lowest loss is returned, and the descent ends when `patience` looks in a row brought nothing. `measure`: a
 * minibatch at some coefficients; `check`: the loss on validation, undefined where the coefficients are not admissible.
 */
export async function descend(
  start: readonly number[],
  options: DescentOptions,
  measure: (coefficients: readonly number[], step: number) => Promise<Pick<DescentStep, "meanRelativeChange" | "used">>,
  check: (coefficients: readonly number[], step: number) => Promise<number | undefined>,
): Promise<Descent> {
  const { learningRate, momentum, maxSteps, checkEvery, patience } = options;
  const iterates: (readonly number[])[] = [start];
  const steps: DescentStep[] = [];
  const checks: DescentCheck[] = [];
  let velocity = start.map(() => 0);
  let best: DescentCheck | undefined;
  let idle = 0;

  const look = async (step: number): Promise<void> => {
    const coefficients = suffixMean(iterates);
    const loss = (await check(coefficients, step)) ?? null;
    const made: DescentCheck = { step, coefficients, loss };
    checks.push(made);
    const better = loss !== null && (best === undefined || loss < (best.loss as number) - improvement);
    if (better) best = made;
    idle = better ? 0 : idle + 1;
  };
  const end = (ended: Descent["ended"]): Descent => {
    const chosen = best ?? (checks[checks.length - 1] as DescentCheck);
    return { coefficients: chosen.coefficients, chosen: chosen.step, ended, steps, checks };
  };

  await look(0);
  for (let step = 1; step <= maxSteps; step++) {
    const coefficients = iterates[iterates.length - 1] as readonly number[];
    const measured = await measure(coefficients, step);
    steps.push({ step, coefficients, ...measured });
    velocity = velocity.map((v, feature) => momentum * v + (measured.meanRelativeChange[feature] ?? 0));
    iterates.push(coefficients.map((c, feature) => within(c - learningRate * (velocity[feature] as number))));
    if (step % checkEvery !== 0 && step !== maxSteps) continue;
    await look(step);
    if (idle >= patience) return end("patience");
  }
  return end("steps");
}

/** Coefficients with one of them replaced. */
export function replaced(coefficients: readonly number[], feature: number, value: number): readonly number[] {
  return coefficients.map((coefficient, other) => (other === feature ? value : coefficient));
}

function within(coefficient: number): number {
  return Math.min(largestCoefficient, Math.max(-largestCoefficient, coefficient));
}

/** Mean of the later half: of iterates 0 … t, those from ⌈t/2⌉ on. */
function suffixMean(iterates: readonly (readonly number[])[]): readonly number[] {
  const later = iterates.slice(Math.ceil((iterates.length - 1) / 2));
  return (later[0] as readonly number[]).map(
    (_, feature) => later.reduce((sum, coefficients) => sum + (coefficients[feature] as number), 0) / later.length,
  );
}

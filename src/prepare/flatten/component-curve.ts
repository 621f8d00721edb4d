import { z } from "zod";

/** What a number of components keeps, on pictures that the basis has not seen, as it is printed. */
export const curvePoint = z.strictObject({
  components: z.number().int(),
  /** Share of the variance of the latents. */
  varianceKept: z.number(),
  /** Share of decisions of all targets that survive, positive and negative images weighed alike; null without classifiers. */
  decisionsKept: z.number().nullable(),
  /** Targets that become blind. */
  blind: z.array(z.string()).readonly(),
});
/** What a number of components keeps, on pictures that the basis has not seen. */
export type CurvePoint = Readonly<z.infer<typeof curvePoint>>;

/** Numbers of components that are tried, smallest first: doubling up to half of the pictures, as more fit noise. */
export function candidates(images: number, most: number): readonly number[] {
  const limit = Math.min(most, 512, Math.floor(images / 2));
  const doubling = [16, 32, 64, 128, 256, 512].filter((components) => components <= limit);
  return doubling.length === 0 ? [Math.max(1, limit)] : doubling;
}

/** Gain in kept decisions (or variance) for which twice as many components are worth it. */
const worth = 0.02;

/**
 * The fewest components from which doubling gains less than 0.02 of the kept decisions (of the variance, where there are no
 * classifiers) and saves no target from becoming blind; the most, where every doubling gains more.
 */
export function chooseComponents(curve: readonly CurvePoint[]): CurvePoint {
  const value = ({ decisionsKept, varianceKept }: CurvePoint): number => decisionsKept ?? varianceKept;
  const chosen = curve.find((point, index) =>
    curve.slice(index + 1).every((more) => {
      const doublings = Math.log2(more.components / point.components);
      return value(more) - value(point) < worth * doublings && more.blind.length >= point.blind.length;
    }),
  );
  return chosen ?? (curve.at(-1) as CurvePoint);
}

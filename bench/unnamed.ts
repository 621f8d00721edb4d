import type { OpenRun } from "../src/index.ts";
import type { Subject } from "./subjects.ts";
import { ARTEFACTS, type Artefact } from "./worlds/garments/artefacts.ts";
import { photographs } from "./worlds/garments/garments-world.ts";
import { trueEffect } from "./worlds/garments/true-effect.ts";
import { readWardrobe } from "./worlds/garments/wardrobe.ts";

/** True effect from which an artefact is to be found. */
export const largeEffect = 0.3;

/** A run in which no feature names what was planted in a subject. */
export function withoutFeature(run: OpenRun, { feature }: Pick<Subject, "feature">): OpenRun {
  if (feature === undefined) return run;
  return {
    ...run,
    downstream: run.downstream.filter((name) => run.concepts[name] !== feature),
    interventions: (run.interventions ?? []).filter((row) => row.feature !== feature),
  };
}

/** What drawing each artefact of garments changes in a picture on average, value by value (RGB, row by row). */
export async function drawnChanges(): Promise<ReadonlyMap<Artefact, Float64Array>> {
  const wardrobe = await readWardrobe(photographs, "t10k");
  const changes = new Map<Artefact, Float64Array>();
  for (const artefact of ARTEFACTS) {
    // Told as predictions, the values of a picture have an effect, too.
    const planes = await trueEffect({
      ...{ wardrobe, artefact, seed: "truth", count: 64 },
      predict: async ({ data, dims: [count = 0] }) => {
        const size = data.length / count;
        return Array.from({ length: count }, (_, i) => [...data.subarray(i * size, (i + 1) * size)]);
      },
    });
    const area = planes.length / 3;
    const change = Float64Array.from(planes, (_, at) => planes[(at % 3) * area + Math.floor(at / 3)] as number);
    changes.set(artefact, change);
  }
  return changes;
}

/** Whether a change is most like what taking out the artefact makes (putting it in, where its effect is below 0), of all artefacts, by the cosine. */
export function looksLike(
  change: Float64Array,
  { feature, effect }: { readonly feature: string | undefined; readonly effect: number },
  drawn: ReadonlyMap<string, Float64Array>,
): boolean {
  const likeness = [...drawn].map(([artefact, own]) => ({
    artefact,
    cosine: -Math.sign(effect) * cosine(change, own),
  }));
  const [most] = likeness.toSorted((a, b) => Math.abs(b.cosine) - Math.abs(a.cosine));
  return most !== undefined && most.artefact === feature && most.cosine > 0;
}

function cosine(a: Float64Array, b: Float64Array): number {
  const product = (x: Float64Array, y: Float64Array): number =>
    x.reduce((sum, value, at) => sum + value * (y[at] as number), 0);
  return product(a, b) / Math.sqrt(product(a, a) * product(b, b));
}

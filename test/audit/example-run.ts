import type { ChangeRow, PredictionRow } from "../../src/alignment/rows.ts";
import { createRandom } from "../../src/base/random.ts";
import { checkedOptions } from "../../src/options/option.ts";
import { dataSearchOptionTable } from "../../src/options/search.ts";
import type { RunData } from "../../src/results/run-data.ts";

/** A run written down by hand: every base moves every downstream classifier as told. */
export interface ExampleOptions {
  readonly bases?: readonly string[];
  readonly downstream?: readonly string[];
  readonly judges?: readonly string[];
  readonly concepts?: Readonly<Record<string, string>>;
  readonly softmaxGroups?: Readonly<Record<string, string>>;
  readonly ranges?: RunData["ranges"];
  readonly positives?: RunData["positives"];
  readonly options?: Partial<RunData["options"]>;
  /** Number of images, 100; each has a counterfactual for every base. */
  readonly count?: number;
  /** f_b(x0) of an image, 0.9. */
  readonly before?: (base: string, image: number) => number;
  /** Fall of the base, 0.6. */
  readonly fall?: (base: string, image: number) => number;
  /** Whether a downstream feature is present before the move: every other image. */
  readonly present?: (downstream: string, image: number) => boolean;
  /** Relative change of a downstream classifier, 0 with a little noise. */
  readonly relativeChange?: (base: string, downstream: string, image: number, present: boolean) => number;
  readonly labels?: (image: number) => Record<string, number>;
  /** Share of the base's fall that is left, by perturbation; not measured when absent. */
  readonly perturbed?: (base: string, image: number) => Record<string, number>;
  readonly stopReason?: (base: string, image: number) => RunData["counterfactuals"][number]["stopReason"];
}

/** Builds the run; predictions on the input equal those on the reconstruction. */
export function exampleRun(example: ExampleOptions = {}): RunData {
  const random = createRandom("example");
  const bases = example.bases ?? ["smiling"];
  const downstream = example.downstream ?? ["smiling", "eyeglasses"];
  const judges = example.judges ?? [];
  const count = example.count ?? 100;
  const name = (image: number): string => `face-${String(image).padStart(4, "0")}.png`;
  const before = example.before ?? (() => 0.9);
  const fall = example.fall ?? (() => 0.6);
  const present = example.present ?? ((_: string, image: number) => image % 2 === 0);
  const change = example.relativeChange ?? (() => 0.02 * random.normal());
  const images: RunData["images"][number][] = [];
  const predictions: PredictionRow[] = [];
  const counterfactuals: RunData["counterfactuals"][number][] = [];
  const changes: ChangeRow[] = [];
  for (let image = 0; image < count; image++) {
    images.push({
      image: name(image),
      sha256: `${image}`,
      position: image,
      width: 64,
      height: 64,
      labels: example.labels?.(image) ?? {},
      dropReason: null,
      clampedShare: 0,
    });
    const others = new Set([...downstream, ...judges].filter((other) => !bases.includes(other)));
    for (const base of bases) {
      predictions.push({
        image: name(image),
        classifier: base,
        input: before(base, image),
        reconstruction: before(base, image),
      });
    }
    for (const other of others) {
      const value = present(other, image) ? 0.9 : 0.1;
      predictions.push({ image: name(image), classifier: other, input: value, reconstruction: value });
    }
    for (const base of bases) {
      const start = before(base, image);
      const fell = fall(base, image);
      counterfactuals.push({
        image: name(image),
        base,
        lambda: -100,
        shift: 3,
        displacement: 0.3,
        length: 0.3,
        stopReason: example.stopReason?.(base, image) ?? (fell >= 0.6 ? "dropped" : "shift-limit"),
        evaluations: 4,
        gradients: 1,
        before: start,
        after: start - fell,
        dominantTerm: null,
        trace: [],
        perturbed: Object.fromEntries(
          Object.entries(example.perturbed?.(base, image) ?? {}).map(([how, share]) => [how, share * fell]),
        ),
      });
      for (const other of [...downstream, ...judges]) {
        const has = bases.includes(other) ? before(other, image) >= 0.5 : present(other, image);
        const relative = other === base ? 1 : change(base, other, image, has);
        const value = bases.includes(other) ? before(other, image) : has ? 0.9 : 0.1;
        changes.push({
          image: name(image),
          base,
          downstream: other,
          before: value,
          after: value - relative * fell,
          relativeChange: fell === 0 ? null : relative,
        });
      }
    }
  }
  return {
    bases,
    downstream,
    judges,
    concepts: example.concepts ?? Object.fromEntries([...bases, ...downstream].map((target) => [target, target])),
    softmaxGroups: example.softmaxGroups ?? {},
    ranges: example.ranges ?? {},
    positives: example.positives ?? {},
    options: {
      ...checkedOptions(dataSearchOptionTable, { maxShift: 4 }),
      limit: null,
      select: "positive",
      minPrediction: 0.5,
      seed: 1,
      ...example.options,
    },
    images,
    predictions,
    counterfactuals,
    changes,
  };
}

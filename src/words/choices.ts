import type { Matrix } from "../results/matrix-schema.ts";
import type { RunData } from "../results/run-data.ts";
import { plural, quoted } from "./figures.ts";

/** What counterfactuals move in: numbers, made of pictures, and the share of the variance that they keep. */
interface Basis {
  readonly components: number;
  readonly images: number;
  readonly varianceKept: number;
}

/** What a generator keeps of the decisions of classifiers. */
interface Kept {
  readonly autoencoder: { readonly name: string };
  readonly models: readonly {
    readonly role: string;
    readonly targets: readonly { readonly kept: number | null; readonly agreement: number | null }[];
  }[];
}

/** Share of kept decisions below which a generator is said to be poor. */
const fewDecisions = 0.8;

/** Says in what counterfactuals move, and why. */
export function generatorChoice(
  basis: Basis | undefined,
  { autoencoder, models }: Kept,
  given: string | undefined,
): string {
  const kept = models
    .filter(({ role }) => role === "classifier")
    .flatMap(({ targets }) => targets.flatMap(({ kept, agreement }) => kept ?? agreement ?? []));
  const mean = kept.reduce((sum, value) => sum + value, 0) / kept.length;
  const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
  const decisions = kept.length === 0 ? "" : `, and ${percent(mean)} of the classifiers' decisions`;
  const what =
    basis === undefined
      ? `the latent of ${quoted(autoencoder.name)}, which is flat already`
      : given === undefined
        ? "a basis of your own pictures, since no autoencoder was given"
        : `a basis of the latents that ${quoted(given)} makes of your pictures, as it was given`;
  const size = basis === undefined ? "" : `: ${basis.components} numbers from ${plural(basis.images, "picture")}`;
  const keeps = basis === undefined ? "" : ` They keep ${percent(basis.varianceKept)} of the variance${decisions}.`;
  const poor =
    kept.length > 0 && mean < fewDecisions
      ? ` That is few: what counterfactuals show is a lower bound; more pictures, or ${given === undefined ? "an autoencoder" : "another autoencoder"}, would show more. Effects do not depend on it.`
      : "";
  return `Counterfactuals move in ${what}${size}.${keeps}${poor}`;
}

/** Says by what features are moved and told, on how many that worked, and why; empty where nothing was moved. */
export function editorChoice(run: RunData, matrix: Matrix): readonly string[] {
  const rows = run.interventions ?? [];
  if (rows.length === 0) return [];
  const moved = new Map(
    matrix.cells.flatMap(({ effect }) =>
      effect === null ? [] : [[effect.feature, effect.reason !== "not-moved"] as const],
    ),
  );
  const seen = [...moved].filter(([, was]) => was).length;
  const left = [...moved].flatMap(([feature, was]) => (was ? [] : [quoted(feature)]));
  const missed = left.length === 0 ? "" : `; not ${left.join(", ")}, which may stand anywhere, or be small or rare`;
  const witnesses = new Set(rows.map(({ witness }) => witness));
  const probes = [...witnesses].filter((name) => run.probes?.includes(name)).length;
  const editors = new Set(rows.flatMap(({ witness, editedBy }) => (witness === editedBy ? [quoted(witness)] : [])));
  const but = editors.size === 0 ? "" : `, but for ${[...editors].join(", ")}, which also made the edits it tells of`;
  return [
    `Features are moved by patterns, least squares of the pictures on all columns at once: a feature that comes with another is not charged with it${
      moved.size === 0 ? "" : `. Witnesses saw ${seen} of ${plural(moved.size, "feature")} go and come${missed}`
    }.`,
    probes === 0
      ? `Witnesses are networks that share nothing with the edits${but}.`
      : `${probes === witnesses.size ? "All" : `${probes} of ${witnesses.size}`} witnesses are probes, which read the very pixels that patterns change: what was found is found, sizes are rough, and nothing that they alone tell is called clear. A classifier of the same features under judges tells more.`,
  ];
}

/** Classifiers that an audit leaves out. what: a column of the table, or a word. */
export function notAuditedNote(what: string, names: readonly string[]): string {
  const named = names.length > 5 ? `${names.slice(0, 5).join(", ")} and ${names.length - 5} more` : names.join(", ");
  return `not audited, since no ${what} is about them: ${named}`;
}

/** An audit without effects. name: one of its classifiers. */
export function nothingToldNote(what: string, name: string): string {
  return `no ${what} is about what a classifier says, such as ${name}, so that no effect can be told: add one, or name the target as it is called`;
}

/** An audit without a witness of its own. */
export function noWitnessNote(why: string): string {
  return `no witness is trained, and probes tell what goes: ${why}`;
}

/** Why there is none where no table is. */
export const nobodyJudged =
  "nobody has judged a picture: label some on the Label page of cfalign serve, and run the same command again";

import { z } from "zod";
import { runOptionTable } from "../../options/run.ts";
import * as say from "../../words/preflight.ts";
import { type ModelFacts, mostReached, type PreflightFacts } from "./facts.ts";

/** One thing that a preflight says: what is good, what to know, what to do something about, and what stops the audit. */
export const statement = z.strictObject({
  level: z.enum(["good", "note", "warning", "stop"]),
  /** A model, "pictures", "latent" or "time". */
  about: z.string(),
  sentence: z.string(),
});
export type Statement = z.infer<typeof statement>;

/** What measured facts come to. */
export interface Judgement {
  /** Every classifier runs and repeats itself, and all that are lowered can be differentiated. */
  readonly runs: boolean;
  /** An estimate of the seconds that `align` without options takes; undefined where something does not run. */
  readonly alignSeconds: number | undefined;
  readonly statements: readonly Statement[];
}

/** Pictures from which the lack of either answer means something. */
const leastTelling = 20;
/** Evaluations of decoder and base that a search for λ takes, as measured on the built-in world: a median of 4 to 6. */
const evaluations = 6;

/** Says what measured facts mean, and what to do. Pure. */
export function judge(facts: PreflightFacts): Judgement {
  const { images, models } = facts;
  const used = images.looked - images.unusable;
  const runs = models.every(
    ({ forwardProblem, gradientProblem, repeats }) => forwardProblem === null && gradientProblem === null && repeats,
  );
  const alignSeconds = runs ? secondsOf(facts) : undefined;
  return {
    runs,
    alignSeconds,
    statements: [
      ...ofPictures(facts),
      ofLatent(facts),
      ...models.flatMap((model) => ofModel(model, used, facts.autoencoder)),
      ...facts.reach.map((reach) => ofReach(reach, facts)),
      ...(alignSeconds === undefined
        ? []
        : [{ level: "note" as const, about: "time", sentence: say.timeWords(alignSeconds, images.files) }]),
    ],
  };
}

function ofPictures({ images: { files, looked, unusable, stretched } }: PreflightFacts): readonly Statement[] {
  const used = looked - unusable;
  const warnings = [
    ...(unusable > 0 ? [say.unusableWords(unusable, looked)] : []),
    ...(stretched > 0 ? [say.stretchedWords(stretched, used)] : []),
    ...(files < 100 ? [say.fewPicturesWords(files)] : []),
  ];
  return warnings.map((sentence) => ({ level: "warning", about: "pictures", sentence }));
}

function ofLatent({ autoencoder }: PreflightFacts): Statement {
  return autoencoder.spatial
    ? { level: "warning", about: "latent", sentence: say.mapWords(autoencoder) }
    : { level: "good", about: "latent", sentence: say.flatWords(autoencoder) };
}

function ofModel(model: ModelFacts, used: number, autoencoder: PreflightFacts["autoencoder"]): readonly Statement[] {
  const about = model.name;
  const problem = model.forwardProblem ?? model.gradientProblem;
  if (problem !== null) {
    return [{ level: "stop", about, sentence: say.doesNotRunWords(problem, model.forwardProblem === null) }];
  }
  if (model.repeats === false) return [{ level: "stop", about, sentence: `it ${say.unsteady}` }];
  const said = [...ofNumbers(model, used), ...ofAnswers(model, used), ...ofLoss(model, autoencoder)];
  return [{ level: "good", about, sentence: model.role === "judge" ? "runs" : "runs, and its gradient too" }, ...said];
}

/** Where a classifier gives no number. */
function ofNumbers({ name: about, targets }: ModelFacts, used: number): readonly Statement[] {
  return targets
    .filter(({ notFinite }) => notFinite > 0)
    .map(({ name, notFinite }) => ({
      level: "warning",
      about,
      sentence: say.notFiniteWords(name, notFinite, used),
    }));
}

/** What a classifier says of the pictures. */
function ofAnswers({ name: about, role, activation, targets }: ModelFacts, used: number): readonly Statement[] {
  if (used < leastTelling) return [];
  const always = targets.filter(({ positives }) => positives === used).map(({ name }) => name);
  const never = targets.filter(({ positives }) => positives === 0).map(({ name }) => name);
  if (always.length > 0) {
    return [{ level: "warning", about, sentence: say.callsAllWords(always, used, activation === "softmax") }];
  }
  if (never.length === targets.length) {
    return [{ level: "warning", about, sentence: say.callsNoneWords(never, used) }];
  }
  return never.length > 0 && role === "classifier"
    ? [{ level: "note", about, sentence: say.noPictureWords(never, used) }]
    : [];
}

function ofLoss({ name: about, targets }: ModelFacts, latent: PreflightFacts["autoencoder"]): readonly Statement[] {
  const blind = targets.filter((target) => target.blind).map(({ name }) => name);
  const shares = targets.flatMap(({ agreement }) => agreement ?? []);
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  return [
    ...(shares.length === 0 ? [] : [{ level: "note" as const, about, sentence: say.keptWords(mean, latent) }]),
    ...(blind.length === 0 ? [] : [{ level: "warning" as const, about, sentence: say.lostWords(blind, latent) }]),
  ];
}

/** Whether an edit can reach a feature, and what would help. */
function ofReach(
  reach: PreflightFacts["reach"][number],
  { images, autoencoder }: Pick<PreflightFacts, "images" | "autoencoder">,
): Statement {
  const { feature: about, witness, edits, moved } = reach;
  if (edits === 0) {
    return { level: "warning", about, sentence: say.noEditWords(witness, Math.min(images.files, mostReached)) };
  }
  return moved
    ? { level: "good", about, sentence: say.reachedWords(reach) }
    : { level: "warning", about, sentence: say.notReachedWords(reach, autoencoder) };
}

/**
 * Seconds of `align` without options: every picture is encoded, decoded and shown to every classifier twice; every positive one of a base,
 * up to the limit, has a gradient, a search, and a counterfactual that every classifier sees.
 */
function secondsOf({ images, autoencoder, models }: PreflightFacts): number {
  const used = images.looked - images.unusable;
  const share = images.looked === 0 ? 0 : used / images.looked;
  const all = images.files * share;
  const forward = (model: ModelFacts): number => model.forwardSeconds ?? 0;
  const everyone = models.reduce((sum, model) => sum + forward(model), 0);
  const shown = all * (autoencoder.encodeSeconds + autoencoder.decodeSeconds + 2 * everyone);
  const limit = runOptionTable.limit.default as number;
  return models
    .filter(({ role }) => role === "classifier")
    .flatMap((model) => model.targets.map((target) => ({ model, target })))
    .reduce((sum, { model, target }) => {
      const count = used === 0 ? 0 : Math.min(limit, (all * target.positives) / used);
      const search = evaluations * (autoencoder.decodeSeconds + forward(model));
      return sum + count * ((model.gradientSeconds ?? 0) + search + everyone);
    }, shown);
}

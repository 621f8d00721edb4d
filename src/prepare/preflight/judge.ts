import { z } from "zod";
import { runOptionTable } from "../../options/run.ts";
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
/** What is said of a model with chance in it. */
export const unsteady =
  "gives another answer when the same is asked again: export it in evaluation mode, without random operators";
/** Names that a sentence lists. */
const listed = 5;
/** Evaluations of decoder and base that a search for λ takes, as measured on the built-in world: a median of 4 to 6. */
const evaluations = 6;

/** Says in sentences what measured facts mean, and what to do. Pure. */
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
      ...ofLatent(facts),
      ...models.flatMap((model) => ofModel(model, used, facts.autoencoder)),
      ...facts.reach.map((reach) => ofReach(reach, facts)),
      ...ofTime(facts, alignSeconds),
    ],
  };
}

function ofPictures({ images: { files, looked, unusable, stretched } }: PreflightFacts): readonly Statement[] {
  const about = "pictures";
  const used = looked - unusable;
  const said: Statement[] = [];
  if (unusable > 0) {
    said.push({
      level: "warning",
      about,
      sentence: `${unusable} of ${looked} files cannot be used: remove or convert what is no PNG, JPEG, WebP, GIF or TIFF; of files with the same content one is used`,
    });
  }
  if (stretched > 0) {
    said.push({
      level: "warning",
      about,
      sentence: `${stretched} of ${used} pictures have another shape than the autoencoder's and are stretched: import it again with fit "cover"`,
    });
  }
  if (files < 100) {
    said.push({
      level: "warning",
      about,
      sentence: `${files} pictures leave most cells unresolved: bring some hundred`,
    });
  }
  return said;
}

function ofLatent({ autoencoder: { latentDims, spatial, flattened, pixels } }: PreflightFacts): readonly Statement[] {
  const dims = latentDims.join(" × ");
  const about = "latent";
  if (spatial) {
    const what = pixels ? `the picture itself (${dims}), as there is no autoencoder` : `a map (${dims})`;
    return [
      {
        level: "warning",
        about,
        sentence: `the latent is ${what}: a gradient in it finds changes that only one classifier sees. Run cfalign flatten before cfalign align`,
      },
    ];
  }
  const how = pixels ? ", a basis of your own pictures" : flattened ? ", flattened, not a map" : ", not a map";
  return [{ level: "good", about, sentence: `the latent is ${dims} numbers${how}` }];
}

function ofModel(model: ModelFacts, used: number, autoencoder: PreflightFacts["autoencoder"]): readonly Statement[] {
  const about = model.name;
  const problem = model.forwardProblem ?? model.gradientProblem;
  if (problem !== null) {
    const what =
      model.forwardProblem === null
        ? "forward only: audited by pairs (cfalign suite audit), and no base of cfalign align"
        : "it does not run";
    const advice =
      model.forwardProblem === null
        ? "name it under judges, export it again, or take its gradient by differences (cfalign import); see cfalign inspect"
        : "export it again, or correct its manifest";
    return [{ level: "stop", about, sentence: `${what}: ${problem}. To do: ${advice}` }];
  }
  if (model.repeats === false) return [{ level: "stop", about, sentence: `it ${unsteady}` }];
  const said = [...ofNumbers(model, used), ...ofAnswers(model, used), ...ofLoss(model, autoencoder)];
  const does = model.role === "judge" ? "runs" : "runs, and its gradient too";
  return [{ level: "good", about, sentence: `${does}` }, ...said];
}

/** Where a classifier gives no number. */
function ofNumbers({ name: about, targets }: ModelFacts, used: number): readonly Statement[] {
  return targets
    .filter(({ notFinite }) => notFinite > 0)
    .map(({ name, notFinite }) => ({
      level: "warning",
      about,
      sentence: `${name} is no finite number on ${notFinite} of ${used} pictures: cfalign align leaves it out on such; check range, mean and std`,
    }));
}

/** What a classifier says of the pictures. */
function ofAnswers({ name: about, role, activation, targets }: ModelFacts, used: number): readonly Statement[] {
  if (used < leastTelling) return [];
  const check = "a sign of wrong preprocessing (range, mean and std, order, size): check its manifest";
  const always = targets.filter(({ positives }) => positives === used).map(({ name }) => name);
  const never = targets.filter(({ positives }) => positives === 0).map(({ name }) => name);
  const said: Statement[] = [];
  if (always.length > 0) {
    const sentence =
      activation === "softmax"
        ? `it calls all ${used} pictures ${names(always)}: ${check}`
        : `it calls all ${used} pictures positive for ${names(always)}: ${check}`;
    said.push({ level: "warning", about, sentence });
  } else if (never.length === targets.length) {
    said.push({
      level: "warning",
      about,
      sentence: `it calls none of the ${used} pictures positive for ${names(never)}: ${check}, or bring pictures that have it`,
    });
  } else if (never.length > 0 && role === "classifier") {
    said.push({
      level: "note",
      about,
      sentence: `no picture of ${used} is positive for ${names(never)}: as a base it has nothing to lower; leave it out, or bring pictures that have it`,
    });
  }
  return said;
}

/** What loses a feature, and what is shown in the place of pictures. */
const lossWords = {
  autoencoder: ["the autoencoder", "the autoencoder's reconstructions"],
  smaller: ["making pictures smaller", "smaller pictures"],
  basis: ["the basis", "what the basis keeps"],
} as const;

function ofLoss(
  { name: about, targets }: ModelFacts,
  { flattened, pixels }: PreflightFacts["autoencoder"],
): readonly Statement[] {
  const blind = targets.filter((target) => target.blind).map(({ name }) => name);
  const shares = targets.flatMap(({ agreement }) => agreement ?? []);
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  const said: Statement[] = [];
  const [loser, kept] = lossWords[pixels ? (flattened ? "basis" : "smaller") : "autoencoder"];
  if (shares.length > 0) {
    said.push({
      level: "note",
      about,
      sentence: `${(100 * mean).toFixed(0)} % of its decisions are the same on ${kept}`,
    });
  }
  if (blind.length > 0) {
    const other = pixels ? "bring more pictures, or take an autoencoder" : "take another autoencoder";
    const todo = flattened ? `flatten into more components, or ${other}` : `${other}, or larger pictures`;
    said.push({
      level: "warning",
      about,
      sentence: `${loser} loses ${names(blind)}: no counterfactual can show it; ${todo}`,
    });
  }
  return said;
}

/** Whether an edit can reach a feature, and what would help. */
function ofReach(
  { feature, witness, probe, edits, seen, moved }: PreflightFacts["reach"][number],
  { images, autoencoder: { pixels, flattened } }: Pick<PreflightFacts, "images" | "autoencoder">,
): Statement {
  if (edits === 0) {
    const sentence = `no edit was tried: of the first ${Math.min(images.files, mostReached)} files, ${witness} tells no ten with it from ten without; more labelled pictures would help`;
    return { level: "warning", about: feature, sentence };
  }
  const of = `${seen} of ${edits} edits seen by ${witness}${probe ? ", a probe, which reads the pixels that they change" : ""}`;
  if (moved) return { level: "good", about: feature, sentence: of };
  const other = pixels
    ? flattened
      ? "a basis of more components, or a general autoencoder"
      : "cfalign flatten, or a general autoencoder"
    : "another autoencoder";
  return {
    level: "warning",
    about: feature,
    sentence: `${of}: no pattern moves it${seen === 0 ? "" : " both ways"}, and counterfactuals of a classifier of it are tried, which takes longer. More pictures with it and without it would help, or ${other}`,
  };
}

function ofTime({ images }: PreflightFacts, seconds: number | undefined): readonly Statement[] {
  if (seconds === undefined) return [];
  const time =
    seconds < 1.5
      ? "1 second"
      : seconds < 90
        ? `${Math.round(seconds)} seconds`
        : `${Math.round(seconds / 60)} minutes`;
  const long =
    seconds > 3600 ? "; fewer bases, a smaller limit, or bases that stop once they are resolved make it shorter" : "";
  return [
    {
      level: "note",
      about: "time",
      sentence: `cfalign align will take about ${time} on the ${images.files} files: an estimate from a few timed calls${long}`,
    },
  ];
}

function names(all: readonly string[]): string {
  const rest = all.length - listed;
  return rest <= 0 ? all.join(", ") : `${all.slice(0, listed).join(", ")} and ${rest} more`;
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

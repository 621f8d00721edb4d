import { CfalignError } from "../base/errors.ts";
import type { ModelFacts } from "../prepare/preflight/facts.ts";
import type { Preflight } from "../prepare/preflight/preflight.ts";

/** Pictures from which one answer to all means something. */
const leastTelling = 20;

/**
 * Ends an audit that could only end in nothing: where a classifier does not run, or says the same of all pictures. manifestOf: where a classifier is
 * described. Errors: CfalignError("input") in one line with what to do.
 */
export function requireAnswers({ statements, images, models }: Preflight, manifestOf: (model: string) => string): void {
  const stop = statements.find(({ level }) => level === "stop");
  if (stop !== undefined) {
    throw new CfalignError("input", `${stop.about}: ${stop.sentence}`, { where: stop.about });
  }
  const used = images.looked - images.unusable;
  if (used < leastTelling) return;
  const silent = models.find(
    ({ role, targets }) =>
      role === "classifier" && targets.every(({ positives }) => positives === 0 || positives === used),
  );
  if (silent === undefined) return;
  const where = manifestOf(silent.name);
  throw new CfalignError(
    "input",
    `${silent.name}: ${answerOf(silent, used)}, mostly a sign of wrong preprocessing: hold range, mean, std, order and size in "${where}" against the training code, and run the same command again`,
    { where },
  );
}

function answerOf({ targets, activation }: ModelFacts, used: number): string {
  const always = targets.filter(({ positives }) => positives === used).map(({ name }) => name);
  if (always.length === 0) return `it calls none of ${used} pictures positive`;
  const names = `${always.slice(0, 5).join(", ")}${always.length > 5 ? ", …" : ""}`;
  return activation === "softmax"
    ? `it calls all ${used} pictures ${names}`
    : `it calls all ${used} pictures positive for ${names}`;
}

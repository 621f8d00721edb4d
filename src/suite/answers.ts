import { CfalignError } from "../base/errors.ts";
import type { Suite } from "./open-suite.ts";

/** A classifier that a suite is asked about. */
export interface AskedClassifier {
  /** Its target. */
  readonly name: string;
  /** Model of which it is a class of the softmax; null for others. */
  readonly softmax: string | null;
  /** Feature of the suite that it is about; undefined where the suite has none of its name. */
  readonly about: string | undefined;
}

/** What somebody said of a suite's pictures. */
export interface Answers {
  /** Who, for people. */
  readonly from: string;
  readonly classifiers: readonly AskedClassifier[];
  /** By the pictures' sha256: a prediction for each classifier; NaN where there is none. */
  readonly predictions: ReadonlyMap<string, readonly number[]>;
  /** What is worth knowing of how they came about. */
  readonly notes: readonly string[];
}

/**
 * What targets are about: the feature of their name, or what `about` says: `target=feature`, or `feature` where there is one target.
 * Errors: CfalignError("usage") for a name that is in neither.
 */
export function aboutTargets(
  { file }: Pick<Suite, "file">,
  targets: readonly string[],
  about: readonly string[] = [],
): ReadonlyMap<string, string> {
  const features = file.features.map(({ name }) => name);
  const found = new Map(targets.filter((name) => features.includes(name)).map((name) => [name, name]));
  for (const text of about) {
    const at = text.lastIndexOf("=");
    const [target, feature] = at < 0 ? [targets[0] as string, text] : [text.slice(0, at), text.slice(at + 1)];
    const wrong = !targets.includes(target)
      ? `a target (${targets.join(", ")}), got "${target}"`
      : !features.includes(feature)
        ? `a feature of the suite (${features.join(", ")}), got "${feature}"`
        : at < 0 && targets.length > 1
          ? "target=feature, since there are several targets"
          : undefined;
    if (wrong !== undefined) {
      throw new CfalignError("usage", (named) => `${named("about")} "${text}": expected ${wrong}`, { option: "about" });
    }
    found.set(target, feature);
  }
  return found;
}

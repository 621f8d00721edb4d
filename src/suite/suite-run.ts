import { CfalignError } from "../base/errors.ts";
import { checkedOptions } from "../options/option.ts";
import { runOptionTable } from "../options/run.ts";
import { rowList } from "../results/row-list.ts";
import type { RunData } from "../results/run-data.ts";
import type { Answers } from "./answers.ts";
import { suiteName } from "./asked-effects.ts";
import type { Suite } from "./open-suite.ts";
import { probedFeatures } from "./tellers.ts";

/** An audit by a suite as a run that has interventions and nothing else: classifiers that are asked are bases, features are watched. Errors: CfalignError("usage") for one that has the name of a feature that it is not about. */
export function suiteRun(suite: Pick<Suite, "file" | "pairs">, { classifiers }: Pick<Answers, "classifiers">): RunData {
  const { file } = suite;
  const features = file.features.map(({ name }) => name);
  const odd = classifiers.find(({ name, about }) => about !== name && features.includes(name));
  if (odd !== undefined) {
    throw new CfalignError(
      "usage",
      (named) =>
        `${named("about")}: "${odd.name}" is a feature of the suite, and a classifier of that name is about it: name the target otherwise`,
      { option: "about" },
    );
  }
  const groups = classifiers.flatMap(({ name, about, softmax }) =>
    softmax === null ? [] : [name, ...(about === undefined ? [] : [about])].map((each) => [each, softmax] as const),
  );
  const probed = probedFeatures(suite);
  const namesOf = ({ witness }: (typeof file.features)[number]): string[] => [
    ...new Set([witness.name, ...classifiers.map((asked) => suiteName(witness.name, asked.name))]),
  ];
  const unchecked = file.features.filter((feature) => feature.unchecked).flatMap(namesOf);
  return {
    bases: classifiers.map(({ name }) => name),
    // What is not in the suite was looked at by nobody: a * stands for it too, and is no pass.
    downstream: [...features, ...file.left.map(({ feature }) => feature)],
    judges: [],
    concepts: Object.fromEntries([
      ...features.map((name) => [name, name]),
      ...classifiers.map(({ name, about = name }) => [name, about]),
    ]),
    probes: file.features.filter(({ name }) => probed.has(name)).flatMap(namesOf),
    ...(unchecked.length === 0 ? {} : { unchecked }),
    softmaxGroups: Object.fromEntries(groups),
    ranges: {},
    positives: {},
    options: checkedOptions(runOptionTable, {}),
    images: [],
    predictions: rowList(0, none),
    counterfactuals: [],
    changes: rowList(0, none),
  };
}

function none(): never {
  throw new CfalignError("internal", "a suite has no such rows");
}

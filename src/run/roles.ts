import { CfalignError } from "../base/errors.ts";
import { assertDrop, defaultSearch } from "../counterfactual/search-options.ts";
import { conceptOf, firstTerm } from "../models/concept.ts";
import { modelsOf, rangeOf } from "../models/prediction.ts";
import type { Classifier, ClassifierModel } from "../models/types.ts";
import type { RunFile } from "../results/run-file.ts";
import { conceptSet } from "./concept-sets.ts";
import type { AlignFolderOptions } from "./run-options.ts";

/** The classifiers of a run in their roles. */
export interface Roles {
  readonly bases: readonly { readonly classifier: Classifier; readonly positive?: Classifier }[];
  readonly downstream: readonly Classifier[];
  readonly judges: readonly Classifier[];
  /** By base what its direction is decomposed into. */
  readonly conceptSets: ReadonlyMap<string, readonly Classifier[]>;
  /** Files behind all of them. */
  readonly models: readonly ClassifierModel[];
}

/** Everybody who takes part in a run, each once. */
export function membersOf({
  bases,
  downstream,
  judges,
}: Pick<Roles, "bases" | "downstream" | "judges">): readonly Classifier[] {
  const all = [...bases.map(({ classifier }) => classifier), ...downstream, ...judges];
  return [...new Map(all.map((classifier) => [classifier.name, classifier])).values()];
}

/** Resolves the classifiers of a run, each once. Errors: CfalignError("usage") for an unknown name, no base, or a drop that a base cannot reach. */
export function rolesOf(options: AlignFolderOptions): Roles {
  const { workspace } = options;
  const resolve = (list: readonly (string | Classifier)[]): Classifier[] => {
    const found = list.map((item) => (typeof item === "string" ? workspace.classifier(item) : item));
    return [...new Map(found.map((classifier) => [classifier.name, classifier])).values()];
  };
  const bases = resolve(options.bases);
  if (bases.length === 0) {
    throw new CfalignError("usage", (named) => `${named("bases")}: expected at least one classifier, got none`, {
      option: "bases",
    });
  }
  for (const base of bases) assertDrop({ drop: options.drop ?? defaultSearch.drop }, base);
  const downstream = resolve(options.downstream ?? workspace.classifiers("all"));
  // A judge that is asked for as a base or downstream classifier plays that role only.
  const taken = new Set([...bases, ...downstream].map(({ name }) => name));
  const judges = resolve(options.judges ?? workspace.judges).filter(({ name }) => !taken.has(name));
  const [positive] = options.positive === undefined ? [] : resolve([options.positive]);
  const candidates = options.concepts === undefined ? downstream : resolve(options.concepts);
  const conceptSets = new Map(bases.map((base) => [base.name, conceptSet(base, candidates, judges)]));
  return {
    bases: bases.map((classifier) => (positive === undefined ? { classifier } : { classifier, positive })),
    downstream,
    judges,
    conceptSets,
    models: modelsOf([
      ...bases,
      ...downstream,
      ...judges,
      ...candidates,
      ...(positive === undefined ? [] : [positive]),
    ]),
  };
}

/** Who will take part in a run, in the words of its `run.json`. Errors: as of `alignFolder`, before anything is read. */
export function namesOfRun(
  options: AlignFolderOptions,
): Pick<RunFile, "bases" | "downstream" | "judges" | "concepts" | "softmaxGroups"> {
  return describeRoles(rolesOf(options));
}

/** What `run.json` says of the classifiers. */
export function describeRoles(
  roles: Roles,
): Pick<
  RunFile,
  | "models"
  | "bases"
  | "downstream"
  | "judges"
  | "concepts"
  | "probes"
  | "unchecked"
  | "softmaxGroups"
  | "ranges"
  | "positives"
  | "conceptSets"
> {
  const bases = roles.bases.map(({ classifier }) => classifier);
  const all = [...bases, ...roles.downstream, ...roles.judges, ...[...roles.conceptSets.values()].flat()];
  const judges = new Set(modelsOf(roles.judges));
  const unchecked = new Set(all.filter(isUnchecked).map(({ name }) => name));
  return {
    models: roles.models.map((model) => ({ name: model.name, hash: model.hash, judge: judges.has(model) })),
    bases: bases.map(({ name }) => name),
    downstream: roles.downstream.map(({ name }) => name),
    judges: roles.judges.map(({ name }) => name),
    concepts: Object.fromEntries(all.map((classifier) => [classifier.name, conceptOf(classifier)])),
    probes: [...new Set(all.filter(isProbe).map(({ name }) => name))],
    ...(unchecked.size === 0 ? {} : { unchecked: [...unchecked] }),
    softmaxGroups: Object.fromEntries(
      all
        .filter(isPlain)
        .filter(({ terms: [term] }) => term.model.activation === "softmax")
        .map(({ name, terms: [term] }) => [name, term.model.name]),
    ),
    ranges: Object.fromEntries(
      bases
        .filter((classifier) => !isPlain(classifier))
        .map((classifier) => {
          const { low, high } = rangeOf(classifier);
          return [classifier.name, [low, high] as [number, number]];
        }),
    ),
    conceptSets: Object.fromEntries(
      [...roles.conceptSets].map(([base, concepts]) => [base, concepts.map(({ name }) => name)]),
    ),
    positives: Object.fromEntries(
      roles.bases
        .map(({ classifier, positive }) => [classifier.name, positive?.name ?? firstTerm(classifier).name] as const)
        .filter(([base, positive]) => positive !== base),
    ),
  };
}

/** Whether a term of it was named by a model of texts, and checked by nobody. */
export function isUnchecked({ terms }: Classifier): boolean {
  return terms.some(({ model, target }) => model.unchecked?.includes(model.targets[target] as string) ?? false);
}

/** Whether a term of it reads the autoencoder's latent. */
export function isProbe({ terms }: Classifier): boolean {
  return terms.some(({ model }) => model.probeOf !== undefined);
}

/** A classifier that is one target, unscaled. */
function isPlain(classifier: Classifier): classifier is Classifier & { readonly terms: [Classifier["terms"][number]] } {
  return classifier.terms.length === 1 && classifier.terms[0]?.coefficient === 1;
}

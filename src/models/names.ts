import { CfalignError } from "../base/errors.ts";
import { suggestion } from "../base/nearest-names.ts";
import { type NameRef, parseExpression, printExpression, printName, splitList } from "./expression.ts";
import type { Classifier, ClassifierModel, Term } from "./types.ts";

interface Place {
  readonly model: ClassifierModel;
  readonly target: number;
}

/** Turns names and expressions into classifiers and back, for models in workspace order. */
export interface Names {
  /** The classifier that an expression means. Errors: CfalignError("usage") with the nearest names. */
  classifier(expression: string): Classifier;
  /** The classifiers of a comma-separated list. */
  list(text: string): readonly Classifier[];
  /** The classifier of one target. */
  target(model: ClassifierModel, target: number): Classifier;
  /** Every target of some models, in order. */
  targets(models: readonly ClassifierModel[]): readonly Classifier[];
}

/** Names over models, and then judges, in workspace order; their names are distinct. */
export function createNames(own: readonly ClassifierModel[], judges: readonly ClassifierModel[] = []): Names {
  const models = [...own, ...judges];
  const byTarget = new Map<string, Place>();
  const byModel = new Map<string, ClassifierModel>();
  const inModel = new Map<string, Map<string, Place>>();
  // A target of the audited model that a probe has, or another one of the same kind: who reads the bare name cannot know which of them is meant.
  const [shared, probed] = [new Set<string>(), new Set<string>()];
  const kindOf = ({ targets }: ClassifierModel, name: string): string => `${targets.length === 1 ? 1 : 2} ${name}`;
  const [once, twice] = [new Set<string>(), new Set<string>()];
  for (const model of models) {
    const places = new Map(model.targets.map((name, target): [string, Place] => [name, { model, target }]));
    byModel.set(model.name, model);
    inModel.set(model.name, places);
    for (const [name, place] of places) {
      if (byTarget.has(name)) shared.add(name);
      else byTarget.set(name, place);
      if (model.probeOf !== undefined) probed.add(name);
      const kind = kindOf(model, name);
      if (!judges.includes(model)) (once.has(kind) ? twice : once).add(kind);
    }
  }

  const find = (ref: NameRef): Place | undefined => {
    if (ref.model !== undefined) return inModel.get(ref.model)?.get(ref.name);
    const first = byTarget.get(ref.name);
    if (first !== undefined) return first;
    const model = byModel.get(ref.name);
    return model?.targets.length === 1 ? { model, target: 0 } : undefined;
  };

  const shortest = (place: Place): NameRef => {
    const target = place.model.targets[place.target] as string;
    const full: NameRef = { model: place.model.name, name: target };
    const isTwice = twice.has(kindOf(place.model, target)) || (shared.has(target) && probed.has(target));
    const bare = isTwice ? [] : [{ name: target }];
    return [...bare, { name: place.model.name }, full]
      .filter((ref) => {
        const found = find(ref);
        return found?.model === place.model && found.target === place.target;
      })
      .reduce((best, ref) => (printName(ref).length < printName(best).length ? ref : best));
  };

  const termOf = (place: Place, coefficient: number): Term => ({
    coefficient,
    model: place.model,
    target: place.target,
    name: printName(shortest(place)),
  });

  const classifier = (expression: string): Classifier => {
    const places = parseExpression(expression).map(({ coefficient, ref }) => {
      const place = find(ref);
      if (place === undefined) throw unknownName(ref, models);
      return { coefficient, place };
    });
    return {
      name: printExpression(places.map(({ coefficient, place }) => ({ coefficient, ref: shortest(place) }))),
      terms: places.map(({ coefficient, place }) => termOf(place, coefficient)),
    };
  };
  const target = (model: ClassifierModel, index: number): Classifier => {
    const term = termOf({ model, target: index }, 1);
    return { name: term.name, terms: [term] };
  };
  return {
    classifier,
    list: (text) => splitList(text).map(classifier),
    target,
    targets: (some) => some.flatMap((model) => model.targets.map((_, index) => target(model, index))),
  };
}

/** Says which name nothing has, or which has several targets, with the nearest that there are. */
function unknownName(ref: NameRef, models: readonly ClassifierModel[]): CfalignError {
  const model = models.find(({ name }) => name === (ref.model ?? ref.name));
  const usage = (message: string): CfalignError => new CfalignError("usage", message, { where: printName(ref) });
  if (ref.model === undefined && model !== undefined) {
    const example = printName({ model: model.name, name: model.targets[0] as string });
    return usage(`"${ref.name}" is a model of ${model.targets.length} targets: name one of them, such as ${example}`);
  }
  if (ref.model === undefined) {
    const targets = new Set(models.flatMap(({ targets }) => targets));
    const known = [...targets, ...models.filter((m) => m.targets.length === 1).map((m) => m.name)];
    return usage(`unknown target "${ref.name}"${suggestion(ref.name, known)}`);
  }
  if (model === undefined)
    return usage(
      `unknown model "${ref.model}"${suggestion(
        ref.model,
        models.map(({ name }) => name),
      )}`,
    );
  return usage(`unknown target "${ref.name}" in ${model.name}${suggestion(ref.name, model.targets)}`);
}

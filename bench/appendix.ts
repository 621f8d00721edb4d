import type { PlantedResult, PlantedScore, StateErrors } from "./schema.ts";

/** A table of the appendix (docs/benchmark/): the first row names the columns. null: nothing to say. */
export type Rows = readonly (readonly (string | null)[])[];

const show = (value: number | null | undefined, digits = 3): string | null => value?.toFixed(digits) ?? null;
const nameOf = ({ name, role }: Pick<PlantedScore, "name" | "role">): string =>
  role === "oracle" ? `${name} (oracle)` : name;
const withEnds = ({ value, ci }: PlantedScore["auroc"]): readonly (string | null)[] =>
  [value, ci?.[0], ci?.[1]].map((one) => show(one));
const rateOf = ({ count, ci }: StateErrors["falseClear"]): readonly (string | null)[] => [
  String(count),
  ...[ci?.[0], ci?.[1]].map((end) => show(end === undefined ? null : 100 * end, 1)),
];
const ends = (name: string, unit = ""): readonly string[] => [name, `${name}: low${unit}`, `${name}: high${unit}`];

const scoreColumns = [
  ...["models", "method", ...ends("AUROC"), "pooled AUROC", "AUPRC", "TPR at 5 % FPR"],
  ...[...ends("r with the true effect"), "rises", "false alarms %", ...ends("behind the first")],
];

/** How well methods rank and follow the effects, family by family. */
export function scoreTable(
  { families }: Pick<PlantedResult, "families">,
  some: (score: PlantedScore) => boolean,
): Rows {
  return [
    scoreColumns,
    ...families.flatMap(({ family, scores }) =>
      scores
        .filter(some)
        .map((score) => [
          ...[family, nameOf(score), ...withEnds(score.auroc)],
          ...[show(score.pooledAuroc), show(score.auprc), show(score.tprAt5), ...withEnds(score.pearson)],
          ...[show(score.rising, 2), show(score.falseAlarms === null ? null : 100 * score.falseAlarms, 1)],
          ...(family === "trained" ? withEnds(score.behind) : [null, null, null]),
        ]),
    ),
  ];
}

/** What a run of the benchmark rests on, and how it was written. */
export function runTable(result: PlantedResult, written: string): Rows {
  const { images, unused, models, quick, families, missingConcept, powerModels, split } = result;
  const counts: readonly (readonly [string, number])[] = [
    ["planted models", models.filter(({ kind }) => kind === "planted").length],
    ["decoys", unused.decoys[1]],
    ["controls", unused.controls[1]],
    ["pictures per model", images.perModel],
    ["pictures of the readings of predictions", images.audit],
    ["pictures behind the truth", images.truth],
    ...families
      .filter((each) => each.models > 0)
      .flatMap(({ family, models: count, cells }): [string, number][] => [
        [`${family}: models`, count],
        [`${family}: cells with a true effect of at least 0.1`, cells.positive],
        [`${family}: cells of at most 0.03`, cells.negative],
        [`${family}: cells between`, cells.between],
      ]),
  ];
  const tested: Rows = [
    ["decoys that do not use their feature (at most 0.03)", String(unused.decoys[0])],
    ["controls that use nothing but their target", String(unused.controls[0])],
    ["planted models behind the table by pictures", String(powerModels)],
    ["share explained with all concepts, median where the true effect is at least 0.3", show(missingConcept.all, 2)],
    ["share explained without the planted concept", show(missingConcept.withoutPlanted, 2)],
    ["share explained without an innocent concept", show(missingConcept.withoutInnocent, 2)],
  ];
  return [
    ["what", "figure"],
    ...counts.map(([what, count]) => [what, String(count)]),
    ["a fixed third of the models", quick ? "yes" : "no"],
    ...(split === "test" ? tested : []),
    ["written by", written],
  ];
}

/** The same of a power curve alone. */
export function powerRunTable({ powerModels }: PlantedResult, written: string): Rows {
  return [
    ["what", "figure"],
    ["planted models behind the table by pictures", String(powerModels)],
    ["written by", written],
  ];
}

/** AUROC within the models of each pair, means over strengths and seeds. */
export function pairTable({ models, scores }: PlantedResult): Rows {
  const names = scores.map(({ name }) => name);
  const pairs = new Map<string, PlantedResult["models"][number][]>();
  for (const model of models) {
    if (model.kind !== "planted") continue;
    const key = `${model.target} ← ${model.feature}`;
    pairs.set(key, [...(pairs.get(key) ?? []), model]);
  }
  const mean = (values: readonly (number | null | undefined)[]): number | null => {
    const known = values.filter((value) => value !== null && value !== undefined);
    return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
  };
  return [
    ["pair", "true effect by strength", "counterfactuals", "used", ...names],
    ...[...pairs].map(([pair, own]) => [
      pair,
      [...new Set(own.map(({ strength }) => strength))]
        .map((strength) =>
          show(mean(own.filter((each) => each.strength === strength).map(({ effect }) => effect ?? 0)), 2),
        )
        .join(" · "),
      String(own.reduce((sum, { counterfactuals }) => sum + counterfactuals, 0)),
      String(own.reduce((sum, { used }) => sum + used, 0)),
      ...names.map((name) => show(mean(own.map(({ auroc }) => auroc[name])))),
    ]),
  ];
}

/** AUROC within models by the number of pictures. */
export function pictureTable({ power, scores }: PlantedResult): Rows {
  const names = scores
    .map(({ name }) => name)
    .filter((name) => power.some(({ auroc }) => (auroc[name] ?? null) !== null));
  return [
    ["pictures", ...names],
    ...power.map(({ images, auroc }) => [String(images), ...names.map((name) => show(auroc[name]))]),
  ];
}

/** AUROC within models when only pictures without the planted feature are looked at. */
export function unvariedTable({ unvaried, scores }: PlantedResult): Rows {
  return [["method", "AUROC"], ...scores.map(({ name }) => [name, show(unvaried[name])])];
}

/** Whether a row of these is told anew: what does not depend on the direction is told once. */
function toldOnce(): (...key: readonly string[]) => boolean {
  const told = new Set<string>();
  return (...key) => told.size < told.add(key.join()).size;
}

const named = ({ direction }: PlantedResult, name: string): string =>
  name === "alignment" ? `alignment, along a ${direction}` : name;

/** Methods in all worlds. */
export function worldTable(results: readonly PlantedResult[]): Rows {
  const anew = toldOnce();
  return [
    ["world", "models", "method", ...ends("AUROC"), ...ends("r with the true effect"), "sign right where used against"],
    ...results.flatMap((one) =>
      one.families.flatMap(({ family, scores }) =>
        scores
          .filter(({ name }) => name === "alignment" || anew(one.world, family, name))
          .map((score) => [
            ...[one.world, family, named(one, nameOf(score))],
            ...[...withEnds(score.auroc), ...withEnds(score.pearson), show(score.signs.against, 2)],
          ]),
      ),
    ),
  ];
}

/** How often states are wrong, in all worlds. */
export function stateTable(results: readonly PlantedResult[]): Rows {
  const anew = toldOnce();
  const row = (of: readonly string[], errors: StateErrors): readonly (string | null)[] => {
    const { falseClear, falseFound, found, wrongSign, unresolved } = errors;
    const why = Object.entries(unresolved.reasons).map(([reason, count]) => `${count} ${reason}`);
    return [
      ...[...of, String(falseClear.of), ...rateOf(falseClear), String(falseFound.of), ...rateOf(falseFound)],
      ...[...rateOf(found), String(wrongSign.count), String(unresolved.of), String(unresolved.count), why.join(", ")],
    ];
  };
  return [
    [
      ...["world", "models", "states of", "pictures", "used cells", ...ends("called clear", " %")],
      ...["audited models", ...ends("models with a false finding", " %"), ...ends("used and found", " %")],
      ...["found with the wrong sign", "cells", "unresolved", "why"],
    ],
    ...results.flatMap((one) => {
      const { world, images, stateErrors, aloneErrors, verdictErrors } = one;
      const trained = (name: string, errors: StateErrors & { images: number }) =>
        row([world, "trained", name, String(errors.images)], errors);
      const alignment = named(one, "alignment");
      return [
        ...one.families.flatMap(({ family, scores }) =>
          scores.flatMap(({ name, stateErrors: errors }) =>
            errors === null || (name !== "alignment" && !anew(world, family, name))
              ? []
              : [row([world, family, named(one, name), String(images.perModel)], errors)],
          ),
        ),
        trained(`verdict, ${alignment}`, verdictErrors),
        ...(stateErrors.images > images.perModel
          ? [trained(alignment, stateErrors), trained(`${alignment}, without decomposition`, aloneErrors)]
          : []),
      ];
    }),
  ];
}

const dash = (value: string | null | undefined): string => value || "–";

/** Of the methods in all worlds, what the document shows, the effect first: trained models, without the oracle, the variants of a method and those that were asked in one world alone. */
export function methodsShown([, ...rows]: Rows): Rows {
  const apart = /^decomposition,|^prediction correlation|^saliency|^pixel|\(oracle\)$/;
  const trained = rows.filter(([, models, method]) => models === "trained" && !apart.test(method ?? ""));
  const worlds = [...new Set(trained.map(([world]) => world as string))];
  const methods = [...new Set(["effect", ...trained.map(([, , method]) => method as string)])];
  return [
    ["", ...worlds.flatMap((world) => [`${world}: AUROC (95 %)`, "r"])],
    ...methods.map((method) => [
      method,
      ...worlds.flatMap((world) => {
        const [, , , auroc, low, high, r] = trained.find((row) => row[0] === world && row[2] === method) ?? [];
        return [low ? `${auroc} (${low}–${high})` : dash(auroc), dash(r)];
      }),
    ]),
  ];
}

/** Of the errors of the states, what the document shows: trained models, along a path, each alignment with its decomposition and the most pictures that it had; effects have their own tables. */
export function statesShown([, ...rows]: Rows): Rows {
  const trained = rows.filter(
    ([, models, of]) => models === "trained" && !/^effect$|without decomposition$|along a gradient$/.test(of ?? ""),
  );
  const most = ([world, , of]: Rows[number]): number =>
    Math.max(...trained.filter((row) => row[0] === world && row[2] === of).map((row) => Number(row[3])));
  const rate = (count?: string | null, of?: string | null, ci: readonly (string | null | undefined)[] = []): string => {
    const known = ci.flatMap((end) => end || []).map((end) => Number(end).toFixed(0));
    return `${count}/${of}${known.length === 0 ? "" : ` (${known.join("–")} %)`}`;
  };
  return [
    ["world", "states of", "pictures", "used: clear", "used: found", "models with a false finding", "unresolved"],
    ...trained
      .filter((row) => Number(row[3]) === most(row))
      .map(([world, , of, pictures, used, ...rest]) => {
        const [clear, clearLow, clearHigh, models, misled, misledLow, misledHigh, found, foundLow, foundHigh] = rest;
        const [, cells, unresolved] = rest.slice(10);
        return [
          ...[world as string, of as string, pictures as string, rate(clear, used, [clearLow, clearHigh])],
          ...[rate(found, used, [foundLow, foundHigh]), rate(misled, models, [misledLow, misledHigh])],
          rate(unresolved, cells),
        ];
      }),
  ];
}

/** Of the states of effects, what the document shows: trained models, without how well effects are ordered, which `methodsShown` has. */
export function effectsShown([header = [], ...rows]: Rows): readonly (readonly string[])[] {
  const ordering = /^(AUROC|r\b)/;
  const kept = header.flatMap((column, place) => (ordering.test(column ?? "") ? [] : [place]));
  const trained = rows.filter(([models]) => models?.endsWith(", trained"));
  return [header, ...trained].map((row) => kept.map((place) => row[place] ?? ""));
}

/** Of the cases that were made to mislead, what the document shows: those that differ most, both worlds side by side, without the reasons. */
export function hostileShown([, ...rows]: Rows): readonly (readonly string[])[] {
  const told = rows.filter(([, name = "", cells]) => cells !== "0" && !/on (50|80|90|95) %:/.test(name ?? ""));
  const worlds = [...new Set(told.map(([world]) => world as string))];
  const cases = [...new Set(told.map(([, name]) => name as string))];
  return [
    ["", ...worlds.flatMap((world) => [`${world}: found`, "clear"])],
    ...cases.map((name) => [
      name,
      ...worlds.flatMap((world) => {
        const [, , cells, found, clear] = told.find((row) => row[0] === world && row[1] === name) ?? [];
        return [`${dash(found)}/${dash(cells)}`, `${dash(clear)}/${dash(cells)}`];
      }),
    ]),
  ];
}

/** Of how much of a fall effects account for, what the document shows: trained models, both worlds side by side, below the bound that was chosen. */
export function accountedShown([header = [], ...rows]: Rows, bound: number): readonly (readonly string[])[] {
  const below = header.indexOf(`below ${bound}`);
  const told = rows.filter(([, models]) => !models?.endsWith("composed"));
  const worlds = [...new Set(told.map(([world]) => world as string))];
  return [
    [`below ${bound}`, ...worlds],
    ...[...new Set(told.map(([, models]) => models as string))].map((models) => [
      models,
      ...worlds.map((world) => dash(told.find((row) => row[0] === world && row[1] === models)?.[below])),
    ]),
  ];
}

import type { InterventionRow } from "../../src/interventions/rows.ts";
import type { FeatureSheet } from "../../src/report/interventions.ts";
import { faceSvg } from "../../src/world/face.ts";
import { FACTORS, type Strengths } from "../../src/world/factors.ts";
import type { Nuisances } from "../../src/world/nuisances.ts";

interface Person {
  readonly image: string;
  readonly labels: Readonly<Record<string, number>>;
  readonly nuisances: Nuisances;
}

/** Edits of a feature and side, and how many of them are kept as pictures. */
const count = 24;
const kept = 3;

/** Labels with one of them turned over. */
function edited({ labels }: Person, feature: string): Record<string, number> {
  return { ...labels, [feature]: 1 - (labels[feature] ?? 0) };
}

/** Every factor taken out and put in, told by a judge of it or the factor's own classifier, as predictions follow from labels. */
export function exampleInterventions<P extends Person, C extends { readonly name: string; readonly concept: string }>(
  people: readonly P[],
  world: {
    readonly classifiers: readonly C[];
    readonly judges: readonly C[];
    predictionOf(person: P, classifier: C): number;
  },
): InterventionRow[] {
  const { classifiers, judges, predictionOf } = world;
  const all = [...classifiers, ...judges];
  const told = (person: P): Record<string, number> =>
    Object.fromEntries(all.map((each) => [each.name, predictionOf(person, each)]));
  return FACTORS.flatMap((feature) =>
    (["remove", "add"] as const).flatMap((side) =>
      people
        .filter(({ labels }) => labels[feature] === (side === "remove" ? 1 : 0))
        .slice(0, count)
        .map((person) => ({
          ...{
            image: person.image,
            feature,
            side,
            editor: "pattern" as const,
            editedBy: null,
            length: 1,
            distance: 0.1,
          },
          witness: [...judges, ...classifiers].find(({ concept }) => concept === feature)?.name ?? "",
          before: told(person),
          after: told({ ...person, labels: edited(person, feature) }),
        })),
    ),
  );
}

/** The first of these interventions as pictures. */
export function exampleSheets(rows: readonly InterventionRow[], people: readonly Person[]): FeatureSheet[] {
  const byImage = new Map(people.map((person) => [person.image, person]));
  return [...new Set(rows.map(({ feature }) => feature))].map((feature) => {
    const own = (["remove", "add"] as const).flatMap((side) =>
      rows.filter((row) => row.feature === feature && row.side === side).slice(0, kept),
    );
    const faces = own.flatMap(({ image }) => {
      const person = byImage.get(image) as Person;
      const { nuisances } = person;
      return [person.labels, edited(person, feature)].map((labels) => ({ strengths: labels as Strengths, nuisances }));
    });
    return {
      ...{ feature, editor: "pattern" as const, sheet: "", sha256: "", width: 64, height: 64, patternEnds: 0.25 },
      edits: own.map(({ image, side }) => ({ image, side })),
      // The second of each side is seen best.
      seen: own.map((_, place) => place % kept),
      dataUri: facesSvg([faces[0] as (typeof faces)[number], ...faces]),
    };
  });
}

/** Faces side by side as one SVG, which a browser loads like any other picture. */
export function facesSvg(faces: readonly { readonly strengths: Strengths; readonly nuisances: Nuisances }[]): string {
  const frames = faces.map(({ strengths, nuisances }, index) =>
    // Gradients and clips are found by id in the whole document: every face needs its own.
    faceSvg(strengths, nuisances)
      .replaceAll('id="', `id="f${index}-`)
      .replaceAll("url(#", `url(#f${index}-`)
      .replace("<svg ", `<svg x="${index * 64}" `),
  );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${frames.length * 64}" height="64">${frames.join("")}</svg>`;
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}`;
}

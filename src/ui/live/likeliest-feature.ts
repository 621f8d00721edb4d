import type { Lowered, Offers } from "../../live/questions.ts";

/** The feature that moved most as a base was lowered, its own left out: the next thing to ask about. */
export function likeliestFeature({ classifiers, features }: Offers, lowered: Lowered | undefined): string | undefined {
  const concepts = new Map(classifiers.map(({ name, concept }) => [name, concept]));
  const moved = lowered?.movements.find(({ sameConcept }) => !sameConcept);
  const concept = moved && concepts.get(moved.name);
  return (features.find(({ name }) => name === concept) ?? features[0])?.name;
}

import { parseExpression, printExpression } from "../models/expression.ts";
import type { Classifier, Term } from "../models/types.ts";

/** f + Σ c·g (Eq. 5) as a classifier whose name resolves back to it; terms of the same target are one, terms of 0 are left out. */
export function composed(
  target: Classifier,
  against: readonly Classifier[],
  coefficients: readonly number[],
): Classifier {
  const terms: Term[] = [...target.terms];
  for (const [index, { terms: others }] of against.entries()) {
    for (const other of others) {
      const coefficient = (coefficients[index] as number) * other.coefficient;
      const same = terms.findIndex(({ model, target }) => model === other.model && target === other.target);
      const known = terms[same];
      if (known === undefined) terms.push({ ...other, coefficient });
      else terms[same] = { ...known, coefficient: known.coefficient + coefficient };
    }
  }
  const left = terms.filter(({ coefficient }) => coefficient !== 0);
  const parsed = left.flatMap(({ name, coefficient }) =>
    parseExpression(name).map(({ ref }) => ({ coefficient, ref })),
  );
  return { name: printExpression(parsed), terms: left };
}

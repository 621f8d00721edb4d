import type { Cell, Finding, Matrix, Summary } from "../results/matrix-schema.ts";
import { openingSentence } from "../words/finding.ts";

/** One of the classifiers that a report opens with: its strongest finding, and another classifier of its concept that is clear of it. */
export interface OpeningCard {
  readonly base: string;
  readonly downstream: string;
  /** null where no other classifier of the concept was shown to be clear. */
  readonly clean: string | null;
}

/** What a report opens with. */
export interface Opening {
  /** The outcome in one sentence, with the names of the cards; the summary's headline where there are none. */
  readonly headline: string;
  readonly cards: readonly OpeningCard[];
}

/** Cards that fit beside each other. */
const most = 3;

/** The classifiers to open with: those with a confirmed finding, the strongest first; where there is none, those with one that stays open. */
export function openingOf(
  { cells }: Pick<Matrix, "cells">,
  findings: readonly Finding[],
  { headline }: Pick<Summary, "headline">,
): Opening {
  const firstOf = (group: Finding["group"]): Finding[] => {
    const own = findings.filter((finding) => finding.group === group && finding.kind === "relies-on");
    return own.filter(({ base }, at) => own.findIndex((each) => each.base === base) === at);
  };
  const confirmed = firstOf("confirmed");
  const spoken = confirmed.length > 0 ? confirmed : firstOf("open");
  const shown = spoken.slice(0, most);
  if (shown.length === 0) return { headline, cards: [] };
  return {
    headline: openingSentence(shown, confirmed.length > 0 ? "relies" : "may rely"),
    cards: shown.map(({ base, downstream }) => ({ base, downstream, clean: cleanOf(cells, base, downstream) })),
  };
}

/**
 * Of the other bases of a classifier's concept the one that a feature moves least, as far as its cell is clear by what speaks for the classifier's own: an
 * effect, or relative change where that one has none. One of which nothing was found before one that relies on something else.
 */
function cleanOf(cells: readonly Cell[], base: string, downstream: string): string | null {
  const alike = new Set(cells.flatMap((cell) => (cell.base === base && cell.sameConcept ? [cell.downstream] : [])));
  const own = cells.find((cell) => cell.base === base && cell.downstream === downstream);
  const clear = cells.filter(
    (cell) =>
      cell.downstream === downstream &&
      alike.has(cell.base) &&
      cell.base !== base &&
      cell.state === "clear" &&
      (cell.effect === null) === (own?.effect === null),
  );
  const size = ({ effect, deciding }: Cell): number => Math.abs(effect?.value ?? deciding.mean ?? 0);
  const found = new Set(cells.flatMap((cell) => (cell.state === "found" && !cell.sameConcept ? [cell.base] : [])));
  const other = ({ base }: Cell): number => (found.has(base) ? 1 : 0);
  return clear.sort((a, b) => other(a) - other(b) || size(a) - size(b))[0]?.base ?? null;
}

import { narrow } from "./numbers.ts";

/** How one cell of a matrix looks, and what is said of it. */
export interface CellLook {
  /** At most four letters. */
  readonly text: string;
  readonly className: string;
  /** Strength of its colour, 0 to 1; undefined for no colour. */
  readonly strength: number | undefined;
  readonly spoken: string;
}

/** From this size on a colour is so deep that its number is written in white; either contrasts by 4.5 : 1 at least. */
const deep = 0.85;
/** Up to this size a colour is so slight that a number can be quiet on it. */
const slight = 0.1;

/** A cell by its value, with the classes of its state. `pair`: what it is a cell of; `words`: what is said of the value. */
export function lookOf(
  pair: string,
  value: number | null,
  { classes, words }: { readonly classes: readonly string[]; readonly words: string },
): CellLook {
  if (value === null) return { text: "", className: "none", strength: undefined, spoken: `${pair}: no data` };
  const size = Math.abs(value);
  return {
    text: narrow(value),
    className: [
      value < 0 ? "neg" : "pos",
      size > deep ? "deep" : size <= slight ? "slight" : "",
      size > 1 ? "beyond" : "",
      ...classes,
    ].join(" "),
    strength: Math.min(1, size),
    spoken: `${pair}: ${words}`,
  };
}

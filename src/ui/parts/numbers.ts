/** "0.68", "−0.04"; "–" where there is no value. */
export function decimal(value: number | null | undefined, digits = 2): string {
  if (value == null) return "–";
  const text = value.toFixed(digits);
  return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "−");
}

/** A value in a narrow cell: ".68", "−.04", "1.2", "0". */
export function narrow(value: number): string {
  const rounded = Math.round(value * 100) / 100;
  if (rounded === 0) return "0";
  const size = Math.abs(rounded);
  const text = size >= 10 ? size.toFixed(0) : size >= 1 ? size.toFixed(1) : size.toFixed(2).slice(1);
  return rounded < 0 ? `−${text}` : text;
}

/** "0.61 to 0.75"; undefined without an interval. */
export function range(ci: readonly [number, number] | null | undefined): string | undefined {
  return ci == null ? undefined : `${decimal(ci[0])} to ${decimal(ci[1])}`;
}

/** "12,480" */
export function count(value: number): string {
  return value.toLocaleString("en");
}

/** "1 image", "57 images" */
export function plural(value: number, noun: string, nouns = `${noun}s`): string {
  return `${count(value)} ${value === 1 ? noun : nouns}`;
}

/** "83 %"; "–" of nothing. */
export function percent(part: number, whole: number): string {
  return whole === 0 ? "–" : `${Math.round((100 * part) / whole)} %`;
}

const small = ["No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve"];

/** A number at the start of a sentence: "Six", "28". */
export function spelled(value: number): string {
  return small[value] ?? count(value);
}

/** A sentence in which "95 %" stays on one line. */
export function unbroken(sentence: string): string {
  return sentence.replace(/(\d) %/g, "$1\u00a0%");
}

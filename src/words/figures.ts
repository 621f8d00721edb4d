/** A sum of terms in quotes, so that a sentence stays readable; other names as they are. */
export function quoted(name: string): string {
  return name.includes(" ") && !name.startsWith("'") ? `"${name}"` : name;
}

/** "eyeglasses" and "arched_eyebrows" are many, "smiling" and "dress" are one. */
export function isPlural(name: string): boolean {
  return /[^s]s$/.test(name);
}

/** "that have them", "that lack it": the images of a stratum, by the name of the feature. */
export function withOrWithout(feature: string, side: "present" | "absent"): string {
  return `that ${side === "present" ? "have" : "lack"} ${isPlural(feature) ? "them" : "it"}`;
}

/** Two decimals with a true minus sign, and no negative zero. */
export function signed(value: number): string {
  const text = Math.abs(value).toFixed(2);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** "0.61–0.75", "−0.02 to 0.04". */
export function range(low: number, high: number): string {
  return low < 0 ? `${signed(low)} to ${signed(high)}` : `${signed(low)}–${signed(high)}`;
}

/** " (0.61–0.75)", nothing where there is no interval. */
export function intervalWords(ci: readonly [number, number] | null): string {
  return ci === null ? "" : ` (${range(ci[0], ci[1])})`;
}

/** "±0.1", "-0.2 to 0.1": what a bound allows. */
export function boundWords({ low, high }: { readonly low: number; readonly high: number }): string {
  return low === -high ? `±${high}` : `${low} to ${high}`;
}

const small = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

/** "three", "28": small numbers in words. */
export function spelled(count: number): string {
  return small[count] ?? String(count);
}

/** "1 image", "12 images". */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** With its first letter as at the head of a sentence. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

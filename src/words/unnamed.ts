import type { AccountedFor, Matrix, Summary } from "../results/matrix-schema.ts";
import { quoted } from "./figures.ts";

/** A sentence for every classifier that is lowered by what none of the moved features names. */
export function unnamedText({
  accountedFor,
  confidence,
}: Pick<Matrix, "accountedFor" | "confidence">): Summary["unnamed"] {
  return (accountedFor ?? [])
    .filter(({ enough }) => !enough)
    .map((one) => ({
      base: one.base,
      sentence: `Something that none of these features names lowers ${quoted(one.base)}: they explain ${partText(one, confidence)} of its fall, which is no all-clear (most unexplained: ${one.images
        .slice(0, 3)
        .map(({ image }) => quoted(image))
        .join(", ")}).`,
    }));
}

/** "12 % (95 % interval 8 to 16 %)" */
export function partText({ value, ci }: Pick<AccountedFor, "value" | "ci">, confidence: number): string {
  const percent = (part: number): string => (100 * part).toFixed(0);
  const interval =
    ci === null
      ? ""
      : ` (${Number((100 * confidence).toFixed(2))} % interval ${percent(ci[0])} to ${percent(ci[1])} %)`;
  return `${percent(value)} %${interval}`;
}

/** Of a feature on a classifier: its interval where there is one, and why it is not clear. */
interface RepairEffect {
  readonly feature: string;
  readonly value: number;
  readonly ci: readonly [number, number] | null;
  readonly reason: string | null;
}

/** A feature's effect before and after a repair; undefined where it is not known. */
interface Moved {
  readonly feature: string;
  readonly was: RepairEffect | undefined;
  readonly is: RepairEffect | undefined;
}

/** What a repair does to an effect. */
export function movedWords({ feature, was, is }: Moved): string {
  if (was === undefined || is === undefined) return `effect of ${feature} unknown`;
  return `effect of ${feature} ${withInterval(was)} → ${withInterval(is)}`;
}

/** What it does to the group in which the classifier is right least often. smallest: which group is smallest. */
export function groupWords(
  change: { readonly value: number; readonly ci: readonly [number, number] } | null,
  smallest: string,
): string {
  return change === null
    ? `worst group unknown, with too few judged pictures ${smallest}`
    : `accuracy of the worst group ${change.value < 0 ? "falls" : "rises"} by ${Math.abs(change.value).toFixed(2)} (${change.ci.map((end) => end.toFixed(2)).join(" to ")})`;
}

/** A worst group that may have fallen. smallest: which group is smallest. */
export function groupOpen(smallest: string): string {
  return `a fall of the worst group is not excluded: more pictures ${smallest} would tell`;
}

function withInterval({ value, ci }: Pick<RepairEffect, "value" | "ci">): string {
  return ci === null ? value.toFixed(2) : `${value.toFixed(2)} (${ci.map((end) => end.toFixed(2)).join(" to ")})`;
}

/** Why an effect is not clear, and what would tell. */
export function stillThere({ feature, ci, reason }: RepairEffect, minEffect: number): string {
  const [low, high] = ci ?? [Number.NaN, Number.NaN];
  if (low > minEffect || high < -minEffect) return `${feature} still does more than ${minEffect}`;
  switch (reason) {
    case "rare-use":
      return `a use of ${feature} on few pictures is not excluded: more edited pictures would tell (judgePictures)`;
    case "base-unreachable":
      return "no feature moves what is left, its own included: it hardly knows its class";
    case "told-by-editor":
      return `only a probe sees ${feature} go, which reads what the edits change: a judge of it would tell`;
    case "unchecked":
      return `${feature} is named by CLIP, not checked: forty pictures judged on the Label page would tell`;
    case "moves-others":
      return `${feature} moves another feature along that is used: pictures in which they come apart would tell`;
    default:
      return `the effect of ${feature} is not surely within ±${minEffect}: more pictures, or more edits of them, would tell (judgePictures)`;
  }
}

/** Why nothing is known of an effect, and what would tell. */
export function whyUnknown({ feature, was }: Pick<Moved, "feature" | "was">): string {
  return was === undefined
    ? `no effect of ${feature} is known: ten judged pictures with it and without it are needed, and classifiers other than the target that tell ${feature} and the target's own class`
    : `the edits do not move ${feature} as its witness sees it: another witness, or labels, would tell`;
}

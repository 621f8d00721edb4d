interface RepairEffect {
  readonly feature: string;
  readonly value: number;
  readonly state: string;
}

/** A target on judged pictures. */
interface Looked {
  readonly effects: readonly RepairEffect[];
  readonly figures: {
    readonly accuracy: { readonly value: number };
    readonly worstGroup: { readonly value: number } | null;
  } | null;
}

/** What a method made of a target, or why it made nothing. */
interface Method {
  readonly method: string;
  readonly refused: string | null;
  readonly file: string | null;
  readonly beside: boolean;
  readonly judged: (Looked & { readonly verdict: string }) | null;
}

/** A target, as it is and as methods made it. */
interface Repaired {
  readonly target: string;
  readonly features: readonly string[];
  readonly before: Looked | null;
  readonly methods: readonly Method[];
  readonly recommended: string | null;
}

/** Which file to deploy, and what it costs, in a sentence. */
export function adviceOn({ target, methods, recommended, before, features }: Repaired): string {
  const chosen = methods.find(({ method }) => method === recommended);
  if (chosen?.judged == null || before === null) {
    const reasons = methods.flatMap(({ method, refused }) => (refused === null ? [] : [`${method}: ${refused}`]));
    return `Deploy ${target} as it is: nothing was fitted (${reasons.join("; ")}).`;
  }
  const { verdict } = chosen.judged;
  const costs = costsOf(chosen, before, features);
  if (verdict === "repaired" || verdict === "better") {
    return `Deploy ${chosen.file} (${chosen.method}, ${verdict}): ${costs}.`;
  }
  const why = verdict === "nothing to repair" ? "it does not use the feature" : `${chosen.method} is ${verdict}`;
  return `Keep ${target}: ${why}; ${costs}.`;
}

function costsOf({ judged, method, beside }: Method, before: Looked, features: readonly string[]): string {
  const of = (effects: readonly RepairEffect[], feature: string): string =>
    effects.find((effect) => effect.feature === feature)?.value.toFixed(2) ?? "unknown";
  const after = judged as Looked;
  const moved = features.map(
    (feature) => `effect of ${feature} ${of(before.effects, feature)} → ${of(after.effects, feature)}`,
  );
  const [was, is] = [before.figures, after.figures];
  const right =
    was === null || is === null
      ? []
      : [
          ...(was.worstGroup === null || is.worstGroup === null
            ? []
            : [`worst group ${was.worstGroup.value.toFixed(2)} → ${is.worstGroup.value.toFixed(2)}`]),
          `accuracy ${was.accuracy.value.toFixed(2)} → ${is.accuracy.value.toFixed(2)}`,
        ];
  const newly = after.effects.filter(
    ({ feature, state }) =>
      state === "found" &&
      !features.includes(feature) &&
      before.effects.find((effect) => effect.feature === feature)?.state !== "found",
  );
  const others = newly.length === 0 ? [] : [`now used: ${newly.map(({ feature }) => feature).join(", ")}`];
  return [...moved, ...right, ...others, sizeOf(method, beside)].join(", ");
}

function sizeOf(method: string, beside: boolean): string {
  if (method === "sum") return "two networks in one file";
  return beside ? "same inputs and outputs, a few nodes more" : "same inputs, outputs and size";
}

interface Performance {
  readonly count: number;
  readonly accuracy: number | null;
  readonly auroc: number | null;
  readonly worstGroup: number | null;
}

/** A target against a label, in groups of a feature where there is one. */
interface ByLabel {
  readonly label: string;
  readonly feature: string | null;
  readonly before: Performance;
  readonly after: Performance;
  /** Images that are right after and were wrong before, and the reverse. */
  readonly gained: number;
  readonly lost: number;
}

/** Why nothing is known of a rectified target by labels. */
export const noLabelWords = "no label has the name of the target's concept";

/** What labels say of a target before and after. */
export function labelWords({ label, feature, before, after, gained, lost }: ByLabel): string {
  const groups =
    feature === null
      ? ""
      : `, worst group by ${feature} ${figureText(before.worstGroup)} → ${figureText(after.worstGroup)}`;
  return `by the label ${label}, ${gained} of ${after.count} test images are right that were wrong and ${lost} wrong that were right: accuracy ${figureText(before.accuracy)} → ${figureText(after.accuracy)}, AUROC ${figureText(before.auroc)} → ${figureText(after.auroc)}${groups}`;
}

function figureText(value: number | null): string {
  return value === null ? "unknown" : value.toFixed(2);
}

import type { Cell, CellEffect } from "../../results/matrix-schema.ts";

export interface Witnesses {
  /** What the feature does to the classifier when it alone goes. */
  readonly effect: Pick<CellEffect, "state" | "reason">;
  /** Whether only a probe says that the feature went: it reads what a pattern changes, and sees go what is still there for everybody else. */
  readonly byProbe?: boolean;
  /** What moves with the classifier when it is lowered, and whether an unrelated classifier of the feature sees it otherwise. */
  readonly alignment: Cell["alignment"];
  readonly rejected: boolean;
  /** Whether the feature is part of the direction in which the classifier falls; undefined without a decomposition. */
  readonly share: "found" | "clear" | "unresolved" | undefined;
}

/**
 * One verdict of what is known of a cell: the effect speaks, since it alone moves the feature and watches the classifier; it is not called clear
 * against relative change or the decomposition that found it, and where it cannot tell, relative change may still have found.
 */
export function verdictOf({
  effect,
  byProbe = false,
  alignment,
  rejected,
  share,
}: Witnesses): Pick<Cell, "state" | "reason"> {
  const found = alignment.state === "found" && !rejected;
  if (effect.state === "found") return { state: "found", reason: null };
  if (effect.state === "clear") {
    return found || share === "found"
      ? { state: "unresolved", reason: "contradicted" }
      : byProbe
        ? { state: "unresolved", reason: "told-by-editor" }
        : { state: "clear", reason: null };
  }
  // Nothing moves along either: a second view, that asks another network.
  if (effect.reason === "told-by-editor" && !byProbe && alignment.state === "clear" && share !== "found") {
    return { state: "clear", reason: null };
  }
  return found && !isAgainst(effect.reason)
    ? { state: "found", reason: null }
    : { state: "unresolved", reason: effect.reason };
}

/** Whether an effect that is unresolved for this reason was seen, so that what merely moves along cannot take its place. */
export function isAgainst(reason: string | null): boolean {
  return reason === "moves-others" || reason === "rare-use";
}

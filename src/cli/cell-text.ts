import type { Cell } from "../index.ts";
import { rejectedWords } from "../words/cell.ts";
import { figure } from "./table.ts";

/** The figure that speaks for a cell, in one line, with the images that it is over. */
export function cellText({ base, downstream, deciding, state, reason, rejected }: Cell): string {
  const { stratum, mean, median, ci, count } = deciding;
  const over =
    stratum === null ? "all used images" : `images ${stratum === "present" ? "with" : "without"} ${downstream}`;
  const interval = ci === null ? "" : ` (${figure(ci[0])} to ${figure(ci[1])})`;
  const known = state === null ? "not judged" : reason === null ? state : `${state}: ${reason}`;
  return `${base} → ${downstream}: relative change ${figure(mean)}${interval}, median ${figure(median)}, on ${count} ${over}; ${known}${rejectedWords({ rejected })}`;
}

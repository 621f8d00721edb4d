import type { PlotColours } from "../../pictures/alignment-plot.ts";

/** Colours of plots inside the page: they follow its light and dark themes. */
export const pageColours: PlotColours = {
  ink: "var(--ink)",
  muted: "var(--muted)",
  faint: "var(--faint)",
  paper: "var(--paper)",
  lines: ["var(--pos)", "var(--neg)"],
};

export const pageFont = "var(--sans)";

import * as Plot from "@observablehq/plot";
import type { Cell } from "../../results/matrix-schema.ts";
import { decimal } from "../parts/numbers.ts";

/** A judged cell with what its two names have in common. */
export interface Pair {
  readonly cell: Cell;
  readonly correlation: number;
  /** The figure that is quoted of the cell: its effect, else its relative change. */
  readonly value: number;
  readonly what: string;
}

/** What the figures of all cells are, as an axis says it. */
export function figureWords(pairs: readonly Pair[]): string {
  return [...new Set(pairs.map(({ what }) => what))].sort().join(" or ");
}

interface Options {
  readonly width: number;
  readonly minEffect: number;
  /** What correlates. */
  readonly kind: string;
  readonly hrefOf: (cell: Pick<Cell, "base" | "downstream">) => string;
}

/** Correlation across, the quoted figure upwards; every cell is a link. */
export function contrastPlot(pairs: readonly Pair[], { width, minEffect, kind, hrefOf }: Options) {
  const rank = { unresolved: 0, clear: 1, found: 2 };
  const sorted = [...pairs].sort((a, b) => rank[a.cell.state ?? "clear"] - rank[b.cell.state ?? "clear"]);
  const extent = Math.max(1, ...pairs.map(({ value }) => Math.abs(value)));
  return Plot.plot({
    width,
    height: Math.min(440, Math.max(300, width * 0.8)),
    marginLeft: 40,
    marginBottom: 40,
    marginTop: 28,
    marginRight: 12,
    style: { background: "transparent", color: "var(--muted)", fontFamily: "var(--sans)", fontSize: "11px" },
    x: {
      domain: [-1, 1],
      ticks: [-1, -0.5, 0, 0.5, 1],
      label: `correlation of ${kind}`,
      labelAnchor: "center",
      labelArrow: "none",
      tickFormat: (v: number) => decimal(v, 1),
      tickSize: 4,
    },
    y: {
      domain: [-Math.min(1.5, extent), Math.min(1.5, extent)],
      clamp: true,
      ticks: [-1, -0.5, 0, 0.5, 1],
      label: figureWords(pairs),
      labelArrow: "none",
      tickFormat: (v: number) => decimal(v, 1),
      tickSize: 4,
    },
    marks: [
      Plot.rect([0], {
        x1: -1,
        x2: 1,
        y1: -minEffect,
        y2: minEffect,
        fill: "var(--faint)",
        fillOpacity: 0.5,
      }),
      Plot.ruleX([0], { stroke: "var(--faint)" }),
      Plot.ruleY([0], { stroke: "var(--faint)" }),
      Plot.dot(sorted, {
        x: "correlation",
        y: "value",
        r: ({ cell }: Pair) => (cell.state === "found" ? 4.5 : 2.6),
        fill: ({ cell, value }: Pair) =>
          cell.state === "found"
            ? value < 0
              ? "var(--neg)"
              : "var(--pos)"
            : cell.state === "clear"
              ? "var(--dot)"
              : "var(--paper)",
        stroke: ({ cell }: Pair) => (cell.state === "unresolved" ? "var(--dot)" : "var(--paper)"),
        strokeWidth: 0.8,
        href: ({ cell: { base, downstream } }: Pair) => hrefOf({ base, downstream }),
        ariaLabel: ({ cell, correlation, value, what }: Pair) =>
          `${cell.base}, ${cell.downstream}: ${cell.state}, ${what} ${decimal(value)}, correlation ${decimal(correlation)}`,
        title: ({ cell, correlation, value, what }: Pair) =>
          `${cell.base} → ${cell.downstream}\n${what} ${decimal(value)}, correlation ${decimal(correlation)}\n${cell.state}`,
        tip: true,
      }),
    ],
  });
}

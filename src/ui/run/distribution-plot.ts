import * as Plot from "@observablehq/plot";
import { decimal, plural } from "../parts/numbers.ts";

/** One image of a cell. */
export interface Dot {
  readonly name: string;
  readonly relativeChange: number;
  /** The same, no further than the ends of the axis. */
  readonly place: number;
  /** Name of the stratum that it is in. */
  readonly stratum: string;
  /** Whether it enters no mean. */
  readonly apart: boolean;
  /** Whether it was kept along its whole way, and whether it was kept at all. */
  readonly kept: boolean;
  readonly seen: boolean;
}

/** The images with the feature, or those without it. */
export interface DotStratum {
  readonly name: string;
  readonly mean: number | null;
  readonly ci: readonly [number, number] | null;
  readonly count: number;
}

interface Options {
  readonly strata: readonly DotStratum[];
  readonly ends: readonly [number, number];
  readonly minEffect: number;
  /** Address of an image. */
  readonly hrefOf: (image: string) => string;
  readonly width: number;
}

/** Ends of the axis in halves, at least −0.5 and 1; what lies beyond ±2 is drawn at the end and counted. */
export function endsOf(values: readonly number[]): readonly [number, number] {
  const low = Math.floor(2 * Math.min(-0.5, ...values)) / 2;
  const high = Math.ceil(2 * Math.max(1, ...values)) / 2;
  return [Math.max(-2, low), Math.min(2, high)];
}

/** Space between the two strata as a share of one. */
const padding = 0.08;

/** Radius of the dots and height of a stratum in pixels, so that the fullest place has room. */
function sizesOf(dots: readonly Dot[], ends: readonly [number, number], width: number) {
  for (const radius of [3.8, 3, 2.4, 1.8]) {
    const across = Math.max(1, width / (2 * radius + 0.6));
    const piles = new Map<string, number>();
    for (const { place, stratum } of dots) {
      const key = `${Math.floor((across * (place - ends[0])) / (ends[1] - ends[0]))} ${stratum}`;
      piles.set(key, (piles.get(key) ?? 0) + 1);
    }
    // Dots of neighbouring places push each other up: half as much room again.
    const tall = 44 + Math.max(0, ...piles.values()) * (2 * radius + 0.6) * 1.5;
    if (tall <= 190 || radius === 1.8) return { radius, tall: Math.max(112, Math.min(300, tall)) };
  }
  throw new RangeError("no radius");
}

/** One dot per image over the interval of the mean, a stratum below the other. */
export function distributionPlot(dots: readonly Dot[], { strata, ends, minEffect, hrefOf, width }: Options) {
  const { radius, tall } = sizesOf(dots, ends, width);
  // A scale of bands leaves its padding also beside a single one.
  const band = (strata.length * tall * (1 - padding)) / Math.max(1, strata.length - padding);
  return Plot.plot({
    width,
    height: 36 + strata.length * tall,
    marginLeft: 8,
    marginRight: 8,
    marginTop: 6,
    marginBottom: 30,
    style: { background: "transparent", color: "var(--muted)", fontFamily: "var(--sans)", fontSize: "11px" },
    x: {
      domain: [...ends],
      ticks: [-2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2].filter((v) => v >= ends[0] && v <= ends[1]),
      tickSize: 4,
      tickFormat: (v: number) => decimal(v, 1),
      label: null,
    },
    fy: { domain: strata.map(({ name }) => name), axis: null, paddingInner: padding, paddingOuter: 0 },
    marks: [...ground(strata, minEffect), dotsOf(dots, radius, hrefOf), ...means(strata, band)],
  });
}

/** The band of effects that do not matter, 0 and 1, and what is said of a stratum. */
function ground(strata: readonly DotStratum[], minEffect: number): Plot.Markish[] {
  return [
    Plot.rectX([{ x1: -minEffect, x2: minEffect }], {
      x1: "x1",
      x2: "x2",
      fill: "var(--faint)",
      fillOpacity: 0.55,
    }),
    Plot.ruleX([0], { stroke: "var(--muted)", strokeOpacity: 0.7 }),
    Plot.ruleX([1], { stroke: "var(--faint)", strokeDasharray: "3 3" }),
    Plot.text(strata, {
      fy: "name",
      text: (s: DotStratum) => `${s.name}\n${decimal(s.mean)}, ${plural(s.count, "image")}`,
      frameAnchor: "top-left",
      dx: 6,
      dy: 8,
      fontSize: 11.5,
      lineHeight: 1.3,
      fill: "var(--ink)",
    }),
  ];
}

/** The images, those that can be looked at as links; from left to right, as the arrow keys go. */
function dotsOf(dots: readonly Dot[], radius: number, hrefOf: Options["hrefOf"]): Plot.Markish {
  return Plot.dot(
    dots.toSorted((a, b) => a.place - b.place),
    Plot.dodgeY({ anchor: "middle", padding: 0.6 }, {
      x: "place",
      fy: "stratum",
      r: radius,
      fill: (dot: Dot) => (dot.apart ? "var(--paper)" : dot.relativeChange < 0 ? "var(--neg)" : "var(--pos)"),
      fillOpacity: (dot: Dot) => (dot.kept || dot.apart ? 1 : 0.45),
      stroke: (dot: Dot) => (dot.kept ? "var(--ink)" : dot.apart ? "var(--muted)" : "none"),
      strokeWidth: 1,
      href: (dot: Dot) => (dot.seen ? hrefOf(dot.name) : undefined),
      ariaLabel: (dot: Dot) => `${dot.name}: ${decimal(dot.relativeChange)}${dot.apart ? ", in no mean" : ""}`,
      title: (dot: Dot) =>
        `${dot.name}: ${decimal(dot.relativeChange)}${dot.apart ? ", in no mean: the limit of the search stopped it" : ""}${dot.seen ? "" : " (no picture kept)"}`,
    } as Plot.DotOptions),
  );
}

/** Mean and interval of every stratum. band: its height. */
function means(strata: readonly DotStratum[], band: number): Plot.Markish[] {
  return [
    Plot.rectX(
      strata.filter(({ ci }) => ci !== null),
      {
        fy: "name",
        x1: (s: DotStratum) => s.ci?.[0],
        x2: (s: DotStratum) => s.ci?.[1],
        fill: "var(--ink)",
        insetTop: band - 13,
        insetBottom: 10,
      },
    ),
    Plot.dot(
      strata.filter(({ mean }) => mean !== null),
      {
        fy: "name",
        x: "mean",
        dy: band / 2 - 11.5,
        symbol: "diamond",
        r: 5,
        fill: "var(--ink)",
      },
    ),
  ];
}

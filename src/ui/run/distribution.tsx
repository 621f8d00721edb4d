import * as Plot from "@observablehq/plot";
import { useCallback, useMemo } from "react";
import type { Cell } from "../../audit/schema.ts";
import type { ReportData } from "../../report/data.ts";
import { decimal, plural } from "../parts/numbers.ts";
import { NumbersTable } from "../parts/numbers-table.tsx";
import { PlotFigure } from "../parts/plot-figure.tsx";
import { type Address, cellAddress } from "./address.ts";
import type { CellPicture } from "./cell-pictures.ts";
import type { GalleryItem } from "./gallery-items.ts";

interface Props {
  readonly report: ReportData;
  readonly cell: Cell;
  readonly items: readonly GalleryItem[];
  readonly pictures: readonly CellPicture[];
  readonly address: Address;
}

/** Ends of the axis in halves, at least −0.5 and 1; what lies beyond ±2 is drawn at the end and counted. */
function endsOf(values: readonly number[]): readonly [number, number] {
  const low = Math.floor(2 * Math.min(-0.5, ...values)) / 2;
  const high = Math.ceil(2 * Math.max(1, ...values)) / 2;
  return [Math.max(-2, low), Math.min(2, high)];
}

/** Space between the two strata as a share of one. */
const padding = 0.08;

/** Radius of the dots and height of a stratum in pixels, so that the fullest place has room. */
function sizesOf(
  dots: readonly { readonly place: number; readonly stratum: string }[],
  ends: readonly [number, number],
  width: number,
) {
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

/** Relative change of every image of a cell, with and without the downstream feature apart. */
export function Distribution({ report, cell, items, pictures, address }: Props) {
  const { minBaseChange, minEffect } = report.matrix;
  const { base, downstream } = cell;
  const [dots, ends] = useMemo(() => {
    const kept = new Set(pictures.map(({ picture }) => picture.image));
    const shown = items.flatMap(({ point: { apart, relativeChange, present, image }, name, after }) => {
      if (present === undefined) return [];
      const stratum = present ? `with ${downstream}` : `without ${downstream}`;
      return {
        relativeChange,
        stratum,
        apart,
        kept: kept.has(image),
        seen: kept.has(image) || after !== undefined,
        name,
      };
    });
    const ends = endsOf(shown.map(({ relativeChange }) => relativeChange));
    const place = (value: number): number => Math.min(ends[1], Math.max(ends[0], value));
    return [shown.map((dot) => ({ ...dot, place: place(dot.relativeChange) })), ends] as const;
  }, [items, pictures, downstream]);
  const strata = useMemo(
    () =>
      [
        { name: `with ${downstream}`, ...cell.present },
        { name: `without ${downstream}`, ...cell.absent },
      ].filter(({ name }) => dots.some((dot) => dot.stratum === name)),
    [cell, downstream, dots],
  );
  const draw = useCallback(
    (width: number) => {
      const { radius, tall } = sizesOf(dots, ends, width);
      // A scale of bands leaves its padding also beside a single one.
      const band = (strata.length * tall * (1 - padding)) / Math.max(1, strata.length - padding);
      const href = (dot: { name: string; seen: boolean }) =>
        dot.seen ? cellAddress(address, { base, downstream, image: dot.name }) : undefined;
      const order = strata.map(({ name }) => name);
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
        fy: { domain: order, axis: null, paddingInner: padding, paddingOuter: 0 },
        marks: [
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
            text: (s: (typeof strata)[number]) => `${s.name}\n${decimal(s.mean)}, ${plural(s.count, "image")}`,
            frameAnchor: "top-left",
            dx: 6,
            dy: 8,
            fontSize: 11.5,
            lineHeight: 1.3,
            fill: "var(--ink)",
          }),
          Plot.dot(
            dots,
            Plot.dodgeY({ anchor: "middle", padding: 0.6 }, {
              x: "place",
              fy: "stratum",
              r: radius,
              fill: (dot: { relativeChange: number; apart: boolean }) =>
                dot.apart ? "var(--paper)" : dot.relativeChange < 0 ? "var(--neg)" : "var(--pos)",
              fillOpacity: (dot: { kept: boolean; apart: boolean }) => (dot.kept || dot.apart ? 1 : 0.45),
              stroke: (dot: { kept: boolean; apart: boolean }) =>
                dot.kept ? "var(--ink)" : dot.apart ? "var(--muted)" : "none",
              strokeWidth: 1,
              href,
              ariaLabel: (dot: { apart: boolean; name: string; relativeChange: number }) =>
                `${dot.name}: ${decimal(dot.relativeChange)}${dot.apart ? ", in no mean" : ""}`,
              title: (dot: { name: string; relativeChange: number; seen: boolean; apart: boolean }) =>
                `${dot.name}: ${decimal(dot.relativeChange)}${dot.apart ? ", in no mean: the limit of the search stopped it" : ""}${dot.seen ? "" : " (no picture kept)"}`,
            } as Plot.DotOptions),
          ),
          Plot.rectX(
            strata.filter(({ ci }) => ci !== null),
            {
              fy: "name",
              x1: (s: (typeof strata)[number]) => s.ci?.[0],
              x2: (s: (typeof strata)[number]) => s.ci?.[1],
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
        ],
      });
    },
    [dots, ends, strata, minEffect, address, base, downstream],
  );
  if (base === downstream) return null;
  const left = (report.points.find((each) => each.base === base)?.images.length ?? 0) - dots.length;
  const spoken = `Relative change of ${downstream} for ${base}, one dot per image: ${strata.map(({ name, mean, count }) => `${name} ${decimal(mean)} over ${plural(count, "image")}`).join(", ")}`;
  const apart = dots.filter((dot) => dot.apart).length;
  const beyond = dots.filter((dot) => dot.place !== dot.relativeChange).length;
  return (
    <figure className="distribution">
      <h3>Every image of this cell</h3>
      {dots.length === 0 ? (
        <p className="note">No image moved the base far enough.</p>
      ) : (
        <PlotFigure draw={draw} label={spoken} interactive />
      )}
      <figcaption className="note">
        Relative change of {downstream}, one dot per image; each opens its image, ringed ones along the whole way.
        Diamond and bar: mean and interval. Grey band: effects below {decimal(minEffect)}.
        {left > 0
          ? ` ${plural(left, "image")} moved the base by ${decimal(minBaseChange)} or less and ${left === 1 ? "is" : "are"} left out.`
          : ""}
        {apart > 0
          ? ` Hollow: ${plural(apart, "image")} in no mean, since the limit of the search stopped ${apart === 1 ? "it" : "them"} before the drop and most others reached it.`
          : ""}
        {beyond > 0
          ? ` ${plural(beyond, "image")} beyond the axis ${beyond === 1 ? "is" : "are"} drawn at its end.`
          : ""}
        {report.omitted.points > 0
          ? " Only the first images of each base are in this file; the means are over all."
          : ""}
      </figcaption>
      {dots.length > 0 && (
        <NumbersTable
          caption={`Relative change of ${downstream} for ${base}`}
          columns={["image", "feature", "relative change"]}
          words={2}
          rows={dots.map(({ name, stratum, apart, relativeChange }) => [
            name,
            `${stratum}${apart ? ", in no mean" : ""}`,
            decimal(relativeChange, 3),
          ])}
        />
      )}
    </figure>
  );
}

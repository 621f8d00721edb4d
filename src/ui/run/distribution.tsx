import { useCallback, useMemo } from "react";
import type { ReportData } from "../../report/data.ts";
import type { Cell } from "../../results/matrix-schema.ts";
import { decimal, plural } from "../parts/numbers.ts";
import { NumbersTable } from "../parts/numbers-table.tsx";
import { PlotFigure } from "../parts/plot-figure.tsx";
import { cellAddress, runAddress, withWords } from "./address.ts";
import type { CellPicture } from "./cell-pictures.ts";
import { type Dot, distributionPlot, endsOf } from "./distribution-plot.ts";
import type { GalleryItem } from "./gallery-items.ts";
import { useRun } from "./use-run.ts";

interface Props {
  readonly cell: Cell;
  readonly items: readonly GalleryItem[];
  readonly pictures: readonly CellPicture[];
  readonly show: (image: string) => void;
}

/** Relative change of every image of a cell, with and without the downstream feature apart; each leads to its picture. */
export function Distribution({ cell, items, pictures, show }: Props) {
  const { report, address } = useRun();
  const { minEffect } = report.matrix;
  const { base, downstream } = cell;
  const [dots, ends] = useMemo(() => dotsOf(items, pictures, downstream), [items, pictures, downstream]);
  const strata = useMemo(
    () =>
      [
        { name: `with ${downstream}`, ...cell.present },
        { name: `without ${downstream}`, ...cell.absent },
      ].filter(({ name }) => dots.some((dot) => dot.stratum === name)),
    [cell, downstream, dots],
  );
  const here = cellAddress(address, { base, downstream });
  const draw = useCallback(
    (width: number) =>
      distributionPlot(dots, { strata, ends, minEffect, width, hrefOf: (image) => withWords(here, { image }) }),
    [dots, ends, strata, minEffect, here],
  );
  if (base === downstream) return null;
  const spoken = `Relative change of ${downstream} for ${base}, one dot per image: ${strata.map(({ name, mean, count }) => `${name} ${decimal(mean)} over ${plural(count, "image")}`).join(", ")}`;
  return (
    <figure className="distribution">
      <h3>Every image of this cell</h3>
      {dots.length === 0 ? (
        <p className="note">No image moved the base far enough.</p>
      ) : (
        <PlotFigure draw={draw} label={spoken} follow={(hash) => show(runAddress.read(hash).image ?? "")} />
      )}
      <figcaption className="note">
        Relative change of {downstream}, one dot per image; each opens its image, ringed ones along the whole way.
        Diamond and bar: mean and interval. Grey band: effects below {decimal(minEffect)}.{leftOut(report, cell, dots)}
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

/** The images that have or lack the feature as dots, and the ends of their axis. */
function dotsOf(
  items: readonly GalleryItem[],
  pictures: readonly CellPicture[],
  downstream: string,
): readonly [readonly Dot[], readonly [number, number]] {
  const whole = new Set(pictures.map(({ picture }) => picture.image));
  const shown = items.flatMap(({ point: { apart, relativeChange, present, image }, name, after }) => {
    if (present === undefined) return [];
    const kept = whole.has(image);
    const stratum = present ? `with ${downstream}` : `without ${downstream}`;
    return { relativeChange, stratum, apart, kept, seen: kept || after !== undefined, name };
  });
  const ends = endsOf(shown.map(({ relativeChange }) => relativeChange));
  const place = (value: number): number => Math.min(ends[1], Math.max(ends[0], value));
  return [shown.map((dot) => ({ ...dot, place: place(dot.relativeChange) })), ends];
}

/** Which images are not drawn, or not where they are. */
function leftOut(report: ReportData, { base }: Cell, dots: readonly Dot[]): string {
  const left = (report.points.find((each) => each.base === base)?.images.length ?? 0) - dots.length;
  const apart = dots.filter((dot) => dot.apart).length;
  const beyond = dots.filter((dot) => dot.place !== dot.relativeChange).length;
  const few = decimal(report.matrix.minBaseChange);
  return [
    ...(left > 0
      ? [` ${plural(left, "image")} moved the base by ${few} or less and ${left === 1 ? "is" : "are"} left out.`]
      : []),
    ...(apart > 0
      ? [
          ` Hollow: ${plural(apart, "image")} in no mean, since the limit of the search stopped ${apart === 1 ? "it" : "them"} before the drop and most others reached it.`,
        ]
      : []),
    ...(beyond > 0
      ? [` ${plural(beyond, "image")} beyond the axis ${beyond === 1 ? "is" : "are"} drawn at its end.`]
      : []),
    ...(report.omitted.points > 0
      ? [" Only the first images of each base are in this file; the means are over all."]
      : []),
  ].join("");
}

import { useMemo } from "react";
import type { Diff } from "../../audit/compare/diff.ts";
import { outcomeWords } from "../../words/diff.ts";
import { Interval } from "../parts/interval.tsx";
import { IntervalFigure } from "../parts/interval-figure.tsx";
import { decimal, plural, range, unbroken } from "../parts/numbers.ts";
import { diffAddress } from "./address.ts";
import { nameOf, type ShownCell } from "./diff-figures.ts";

interface Props {
  readonly diff: Diff;
  readonly cells: readonly ShownCell[];
  readonly open: (base: string, downstream: string) => void;
}

const kinds = ["difference"];
const domain = [-1, 1] as const;
const ticks = [-1, -0.5, 0, 0.5, 1];
/** Rows of the plot at most. */
const drawn = 24;

/** Cells that are known to have moved, in sentences, and their differences. */
export function ChangedCells({ diff, cells, open }: Props) {
  const changed = useMemo(() => cells.filter((cell) => cell.changed), [cells]);
  const of = (outcome: ShownCell["outcome"]): number => cells.filter((cell) => cell.outcome === outcome).length;
  const unresolved = of("unresolved") - changed.filter(({ outcome }) => outcome === "unresolved").length;
  const rows = useMemo(
    () =>
      changed.slice(0, drawn).flatMap((cell) => {
        const { difference, ci } = cell[cell.leading];
        if (difference === null) return [];
        return [
          { name: `${nameOf(cell.base)} → ${nameOf(cell.downstream)}`, points: [{ value: difference, ci, kind: 0 }] },
        ];
      }),
    [changed],
  );
  const band = useMemo(() => [-diff.minEffect, diff.minEffect] as const, [diff]);
  return (
    <section id="changes" aria-labelledby="changes-title">
      <h2 id="changes-title" tabIndex={-1}>
        What changed
      </h2>
      <p className="lead">
        {changed.length === 0 ? "No cell is known to have changed." : `${plural(changed.length, "cell")} changed.`}{" "}
        {plural(of("unchanged"), "cell")} {of("unchanged") === 1 ? "is" : "are"} unchanged within ±
        {decimal(diff.minEffect)}, {unresolved} {unresolved === 1 ? "is" : "are"} unresolved.
      </p>
      <ol className="findings">
        {changed.map((cell) => (
          <Change key={JSON.stringify([cell.base.after, cell.downstream.after])} {...{ cell, diff, open }} />
        ))}
      </ol>
      {rows.length > 0 && (
        <>
          <h3>Difference of relative change, after − before</h3>
          <IntervalFigure
            title="Difference of relative change"
            rowName="cell"
            label="difference, after − before"
            {...{ rows, kinds, domain, ticks, band }}
          >
            Over the images used under both, of the stratum that decides.
            {changed.length > drawn ? ` The first ${drawn} of ${changed.length}.` : ""}
          </IntervalFigure>
        </>
      )}
    </section>
  );
}

function Change({ cell, diff, open }: Omit<Props, "cells"> & { readonly cell: ShownCell }) {
  const figures = cell[cell.leading];
  const { base, downstream } = cell;
  return (
    <li className="verdict">
      <div>
        <p className="sentence">{unbroken(cell.sentence ?? "")}</p>
        <a
          href={diffAddress.write({ base: base.after, downstream: downstream.after })}
          onClick={(event) => {
            event.preventDefault();
            open(base.after, downstream.after);
          }}
        >
          See the figures
          <span className="hidden">
            {" "}
            of {nameOf(base)} and {nameOf(downstream)}
          </span>
        </a>
      </div>
      <div className="finding-figure">
        <span data-verdict={outcomeWords(cell)}>{outcomeWords(cell)}</span>
        <strong>{decimal(figures.difference)}</strong>
        {figures.difference !== null && (
          <Interval value={figures.difference} ci={figures.ci} minEffect={diff.minEffect} what="difference" />
        )}
        <small>
          {range(figures.ci) ?? "no interval"}, n = {figures.count}
        </small>
      </div>
    </li>
  );
}

import { useMemo } from "react";
import type { DiffData } from "../../report/data.ts";
import { count, decimal, plural, spelled } from "../parts/numbers.ts";
import { PageHead } from "../shell/page-head.tsx";
import { useAddress } from "../shell/use-address.ts";
import { diffAddress } from "./address.ts";
import { ChangedCells } from "./changed-cells.tsx";
import { ComparedSides } from "./compared-sides.tsx";
import { DiffCellSection } from "./diff-cell-section.tsx";
import { type ShownCell, shownCells } from "./diff-figures.ts";
import { DiffMatrix } from "./diff-matrix.tsx";

const contents = [
  ["changes", "What changed"],
  ["matrix", "Matrix"],
  ["cell", "A cell"],
  ["provenance", "Images and models"],
] as const;

/** The page of a diff: what the second run removed and introduced, cell by cell. */
export function DiffPage({ data }: { readonly data: DiffData }) {
  const { diff, before, after } = data;
  const [address, go] = useAddress(diffAddress);
  const cells = useMemo(() => shownCells(data), [data]);
  const cell = cells.find((each) => each.base.after === address.base && each.downstream.after === address.downstream);
  const open = (base: string, downstream: string): void => go({ base, downstream });
  const pairs = diff.rows.reduce((sum, { both }) => sum + both, 0);
  return (
    <>
      <PageHead
        kicker="What changed"
        title={before.title === after.title ? `${after.title}: before → after` : `${before.title} → ${after.title}`}
        headline={headline(cells, diff.minEffect)}
        deck={
          <>
            Two runs over the same images, paired image by image. A reliance is <i>removed</i> where it was found before
            and is clear after, and <i>introduced</i> the other way round, where the interval of the difference excludes
            0. <i>Unchanged</i> means that its interval lies within ±{decimal(diff.minEffect)}.
          </>
        }
        counts={[
          [count(diff.rows.length), diff.rows.length === 1 ? "base in both" : "bases in both"],
          [count(diff.cells.length), diff.cells.length === 1 ? "cell" : "cells"],
          [count(pairs), "counterfactuals used under both"],
        ]}
        contents={contents}
      />
      <main id="main">
        {[...diff.notes.map((note) => `Relative changes are different quantities: ${note}.`), ...unfinished(data)].map(
          (note) => (
            <p key={note} className="lead warning">
              {note}
            </p>
          ),
        )}
        <ChangedCells diff={diff} cells={cells} open={open} />
        <DiffMatrix diff={diff} cells={cells} address={address} open={open} />
        <section id="cell" aria-labelledby="cell-title">
          <DiffCellSection cell={cell} data={data} address={address} />
        </section>
        <ComparedSides data={data} />
      </main>
    </>
  );
}

function unfinished({ before, after }: DiffData): string[] {
  return [before, after].filter(({ finished }) => !finished).map(({ title }) => `The run ${title} is not finished.`);
}

/** The outcome in one sentence. */
function headline(cells: readonly ShownCell[], minEffect: number): string {
  const of = (outcome: string): number => cells.filter((cell) => cell.outcome === outcome).length;
  const [removed, introduced] = [of("removed"), of("introduced")];
  if (removed + introduced > 0) {
    const gone =
      removed === 0 ? "No reliance removed" : `${spelled(removed)} ${removed === 1 ? "reliance" : "reliances"} removed`;
    return `${gone}, ${introduced === 0 ? "none" : spelled(introduced).toLowerCase()} introduced`;
  }
  const moved = cells.filter(({ changed }) => changed).length;
  if (moved > 0) return `Nothing removed or introduced; ${plural(moved, "cell")} moved`;
  const unresolved = of("unresolved");
  return unresolved > 0
    ? `No change found, and ${plural(unresolved, "cell")} could not be resolved`
    : `No cell has changed by more than ${decimal(minEffect)}`;
}

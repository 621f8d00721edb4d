import { useMemo, useState } from "react";
import type { ReportData } from "../../report/data.ts";
import type { Mark } from "../../results/marks.ts";

/** What is said of a cell now, and of figures that are no longer these. */
export interface ShownMark {
  readonly mark: Mark;
  readonly holds: boolean;
}

/** The marks of a page: those of the file, and what was said since. */
export interface Marks {
  readonly all: readonly Mark[];
  of(base: string, downstream: string): ShownMark | undefined;
  /** Says something of a cell; undefined takes it back. */
  set(cell: Pick<Mark, "base" | "downstream">, mark: Mark | undefined): void;
  /** Whether something was said that the file beside the run did not hold when this report was written. */
  readonly unsaved: boolean;
}

const keyOf = ({ base, downstream }: Pick<Mark, "base" | "downstream">): string => JSON.stringify([base, downstream]);

/** Marks of a report. They outlast the page in the browser, where it lets them, until they are saved as a file. */
export function useMarks(report: ReportData): Marks {
  const { marks, marksHold, provenance, title } = report;
  const place = `cfalign marks ${title} ${provenance.listHash} ${provenance.startedAt}`;
  const [said, setSaid] = useState<Readonly<Record<string, Mark | null>>>(() => remembered(place));
  return useMemo((): Marks => {
    const remember = (next: Readonly<Record<string, Mark | null>>): void => {
      setSaid(next);
      try {
        localStorage.setItem(place, JSON.stringify(next));
      } catch {
        // A browser that keeps nothing for files: the marks live as long as the page.
      }
    };
    const byCell = new Map(marks.map((mark, at) => [keyOf(mark), { mark, holds: marksHold[at] === true }]));
    for (const [key, mark] of Object.entries(said)) {
      if (mark === null) byCell.delete(key);
      else byCell.set(key, { mark, holds: true });
    }
    return {
      all: [...byCell.values()].map(({ mark }) => mark),
      of: (base, downstream) => byCell.get(keyOf({ base, downstream })),
      set: (cell, mark) => remember({ ...said, [keyOf(cell)]: mark ?? null }),
      unsaved: Object.keys(said).length > 0,
    };
  }, [marks, marksHold, said, place]);
}

function remembered(place: string): Readonly<Record<string, Mark | null>> {
  try {
    return JSON.parse(localStorage.getItem(place) ?? "{}") as Readonly<Record<string, Mark | null>>;
  } catch {
    return {};
  }
}

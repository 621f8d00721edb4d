import { createContext, use } from "react";
import type { ReportData } from "../../report/data.ts";
import type { Go } from "../shell/use-address.ts";
import type { Address } from "./address.ts";
import type { Table } from "./figures.ts";
import type { Marks } from "./use-marks.ts";

/** What every part of a run's page shows, and the way from one to another. */
export interface RunView {
  readonly report: ReportData;
  readonly table: Table;
  readonly marks: Marks;
  readonly address: Address;
  readonly go: Go<Address>;
  /** Goes to a cell, or to the page of a classifier. */
  readonly open: (base: string, downstream?: string) => void;
}

/** What `useRun` gives below it. */
export const RunContext = createContext<RunView | undefined>(undefined);

/** The run that is shown. */
export function useRun(): RunView {
  const run = use(RunContext);
  if (run === undefined) throw new Error("no run is shown here");
  return run;
}

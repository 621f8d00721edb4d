/** One row of the table: how often something was tried, and how often it held. */
export interface Trial {
  readonly name: string;
  readonly run: () => Promise<{ readonly tried: number; readonly held: number; readonly detail?: string }>;
}

import type { Classifier } from "../models/types.ts";

/** What was found out about edits: what JSON holds, and arrays. */
export interface FoundEdits {
  readonly told: unknown;
  readonly arrays: readonly Float32Array[];
}

/** Keeps what edits are made by, so that another classifier on the same pictures only has to look at them. */
export interface EditMemory {
  /** What `make` gave before from the same; else what it gives now. from: whatever the result depends on but the pictures and their labels. */
  remembered(from: unknown, make: () => Promise<FoundEdits>): Promise<FoundEdits>;
}

/** Remembers nothing. */
export const noMemory: EditMemory = { remembered: (_, make) => make() };

/** What a classifier is, whatever it is called. */
export function identityOf({ terms }: Classifier): unknown {
  return terms.map(({ coefficient, model, target }) => [coefficient, model.hash, target]);
}

import { z } from "zod";
import type { Workspace } from "../models/workspace.ts";
import { preflightFacts } from "../prepare/preflight/facts.ts";
import { statement } from "../prepare/preflight/judge.ts";
import { type Preflight, preflight } from "../prepare/preflight/preflight.ts";
import type { Made } from "./basis.ts";
import type { Records } from "./records.ts";

const triedSchema = preflightFacts.extend({
  runs: z.boolean(),
  alignSeconds: z.number().optional(),
  statements: z.array(statement),
});

/** What a preflight says of a workspace: once for the same models and pictures. */
export async function preflightStage(
  images: string,
  {
    workspace,
    pictures,
    records,
  }: { readonly workspace: Workspace; readonly pictures: string; readonly records: Records },
  { signal, now }: { readonly signal: AbortSignal; readonly now: () => number },
): Promise<Made<Preflight>> {
  const { autoencoder, models, placements } = workspace;
  const from = { pictures, latent: autoencoder.hash, models: models.map(({ hash }) => hash), on: placements.device };
  const before = await records.find("preflight", from, triedSchema);
  if (before !== undefined) return { made: { ...before, alignSeconds: before.alignSeconds }, reused: true };
  const made = await preflight(images, { workspace, signal, now });
  await records.keep("preflight", from, made);
  return { made, reused: false };
}

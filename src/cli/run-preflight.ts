import type { Preflight, Workspace } from "../index.ts";
import type { Context } from "./context.ts";
import { exitCodes } from "./exit-code.ts";
import { preflightText } from "./preflight-text.ts";

/** Looks at a workspace before an audit, and says what it found; exit 1 where something does not run. */
export async function runPreflight(context: Context, workspace: Workspace, images: string): Promise<Preflight> {
  const { preflight } = await context.library();
  using interrupt = context.interrupt();
  const found = await preflight(images, { workspace, now: context.now, signal: interrupt.signal });
  context.output.text(preflightText(found, context.output));
  if (!found.runs) context.exitWith(exitCodes.no);
  return found;
}

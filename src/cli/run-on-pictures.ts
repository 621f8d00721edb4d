import type { Workspace } from "../index.ts";
import type { Context } from "./context.ts";
import type { WorkspaceFlags } from "./options.ts";
import { workspaceOf } from "./workspace.ts";

/** What work on pictures is told, and tells. */
interface Running {
  readonly signal: AbortSignal;
  progress(done: number, total: number): void;
}

/** Runs work that encodes the pictures of a workspace: with progress, and what was noticed about them, on stderr; SIGINT and SIGTERM stop it. */
export async function runOnPictures<T extends { readonly notes: readonly string[] }>(
  context: Context,
  flags: WorkspaceFlags,
  work: (workspace: Workspace, running: Running) => Promise<T>,
): Promise<T> {
  await using workspace = await workspaceOf(context, flags);
  using display = context.progress("encoding");
  using interrupt = context.interrupt();
  const made = await work(workspace, {
    signal: interrupt.signal,
    progress: (done, total) => display.update({ done, total }),
  });
  display.stop();
  for (const note of made.notes) context.output.say(`note: ${note}`);
  return made;
}

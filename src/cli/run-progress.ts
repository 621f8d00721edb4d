import type { AlignFolderOptions, RunSummary } from "../index.ts";
import type { Context } from "./context.ts";

/** Runs a folder to its end with progress, and what was noticed about the images, on stderr; SIGINT and SIGTERM stop it where it can resume. */
export async function runWithProgress(
  context: Context,
  folder: string,
  options: AlignFolderOptions,
): Promise<RunSummary> {
  const { alignFolder } = await context.library();
  const interrupt = context.interrupt();
  const displays = { listing: context.progress("reading"), aligning: context.progress("aligning") };
  let phase: keyof typeof displays = "listing";
  try {
    const steps = alignFolder(folder, { ...options, signal: interrupt.signal });
    for (;;) {
      const step = await steps.next();
      if (step.done) {
        displays[phase].stop();
        for (const note of step.value.notes) context.output.say(`note: ${note}`);
        return step.value;
      }
      if (step.value.phase !== phase) displays[phase].stop();
      phase = step.value.phase;
      const { done, total, share } = step.value;
      // Bases that stop at a look may stop at any: nobody knows how much is left.
      displays[phase].update({
        done,
        total,
        share: options.untilResolved ? null : share,
        words: `${done} of ${total} images`,
      });
    }
  } finally {
    displays[phase].stop();
    interrupt.dispose();
  }
}

import type { AlignFolderOptions, RunProgress, RunSummary } from "../index.ts";
import type { Context } from "./context.ts";

/** Runs a folder to its end with progress, and what was noticed about the images, on stderr; SIGINT and SIGTERM stop it where it can resume. */
export async function runWithProgress(
  context: Context,
  folder: string,
  options: AlignFolderOptions,
): Promise<RunSummary> {
  const { alignFolder } = await context.library();
  using interrupt = context.interrupt();
  const displays = {
    listing: context.progress("reading"),
    intervening: context.progress("moving features"),
    aligning: context.progress("aligning"),
  };
  let said = false;
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
      const { done, total, most, share, workers } = step.value;
      if (workers !== undefined && !said) context.output.say(workersText(workers));
      said ||= workers !== undefined;
      // Bases that stop at a look may stop at any: nobody knows how much is left.
      displays[phase].update({
        done,
        total,
        share: options.untilResolved && phase === "aligning" ? null : share,
        words:
          phase === "intervening"
            ? `${done} of ${total} looks at edited pictures`
            : `${done} of ${total === most ? "" : "at most "}${most} images`,
      });
    }
  } finally {
    displays[phase].stop();
  }
}

/** "2 workers of 1 thread, about 0.5 GB each (18.3 GB free)" */
function workersText({ count, threads, bytesEach, freeBytes }: NonNullable<RunProgress["workers"]>): string {
  const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
  const each = `${count} workers of ${threads} thread${threads === 1 ? "" : "s"}, about ${gigabytes(bytesEach)} each`;
  const short = (count - 1) * bytesEach > freeBytes ? ": more than there is" : "";
  return `${each} (${gigabytes(freeBytes)} free${short})`;
}

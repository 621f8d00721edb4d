import { SingleBar } from "cli-progress";
import type { TextStream } from "./output.ts";

/** Shows how far a long job is. */
export interface ProgressDisplay {
  update(done: number, total: number): void;
  /** Ends the display; the terminal's line is free again. */
  stop(): void;
}

/** Silence between two plain lines, in milliseconds. */
const quiet = 10_000;

/** A bar with an estimate on a terminal, else a plain line now and then. Nothing is shown before the first update. */
export function createProgress(
  label: string,
  stream: TextStream,
  now: () => number,
  environment: Readonly<Record<string, string | undefined>>,
): ProgressDisplay {
  return stream.isTTY === true && environment.TERM !== "dumb"
    ? barProgress(label, stream as unknown as NodeJS.WritableStream)
    : lineProgress(label, stream, now);
}

function barProgress(label: string, stream: NodeJS.WritableStream): ProgressDisplay {
  const bar = new SingleBar({
    format: `${label} {bar} {percentage}% | {value}/{total} | {duration_formatted} elapsed, {eta_formatted} left`,
    stream,
    hideCursor: true,
    clearOnComplete: true,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    // The process must be able to end by a signal: the caller listens, not the bar.
    gracefulExit: false,
  });
  let started = false;
  return {
    update(done, total) {
      if (!started) bar.start(total, done);
      started = true;
      bar.setTotal(total);
      bar.update(done);
    },
    stop() {
      if (started) bar.stop();
      started = false;
    },
  };
}

function lineProgress(label: string, stream: TextStream, now: () => number): ProgressDisplay {
  const start = now();
  let last = start;
  let first: number | undefined;
  return {
    update(done, total) {
      // What a resumed run already had says nothing about its speed.
      first ??= done;
      const time = now();
      if (time - last < quiet) return;
      last = time;
      const fresh = done - first;
      const left =
        fresh > 0 && done < total ? `, about ${duration(((time - start) / fresh) * (total - done))} left` : "";
      stream.write(`${label}: ${done} of ${total}, ${duration(time - start)}${left}\n`);
    },
    stop() {},
  };
}

/** Milliseconds for people: "850 ms", "12 s", "3 min 5 s", "2 h 10 min". */
export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

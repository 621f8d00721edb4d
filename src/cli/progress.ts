import { SingleBar } from "cli-progress";
import type { TextStream } from "./output.ts";
import { createTimeLeft } from "./time-left.ts";
import { visible } from "./visible.ts";

/** How far a job is. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  /** Share of the work, 0 to 1, where it is another than done / total; null where nobody knows how much there will be, so that no time left is said. */
  readonly share?: number | null;
  /** What is done, for people; "done of total" when absent. */
  readonly words?: string;
}

/** Shows how far a long job is. */
export interface ProgressDisplay {
  update(progress: Progress): void;
  /** Ends the display; the terminal's line is free again. */
  stop(): void;
  [Symbol.dispose](): void;
}

/** Silence between two plain lines, in milliseconds. */
const quiet = 10_000;

/** A bar on a terminal, else a plain line now and then, with the time left as soon as it can be told. Nothing is shown before the first update. */
export function createProgress(
  label: string,
  stream: TextStream,
  now: () => number,
  environment: Readonly<Record<string, string | undefined>>,
): ProgressDisplay {
  const bar = stream.isTTY === true && environment.TERM !== "dumb";
  return (bar ? barProgress : lineProgress)(visible(label), stream, now);
}

function barProgress(label: string, stream: TextStream, now: () => number): ProgressDisplay {
  const bar = new SingleBar({
    format: `${label} {bar} {percentage}% | {words} | {duration_formatted}{left}`,
    stream: stream as unknown as NodeJS.WritableStream,
    hideCursor: true,
    clearOnComplete: true,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    // The process must be able to end by a signal: the caller listens, not the bar.
    gracefulExit: false,
  });
  const timeLeft = createTimeLeft();
  let started = false;
  const stop = (): void => {
    if (started) bar.stop();
    started = false;
  };
  return {
    update(progress) {
      const share = shareOf(progress);
      const left = progress.share === null ? undefined : timeLeft.at(now(), share);
      const words = { words: wordsOf(progress), left: leftText(left) };
      if (!started) bar.start(1, share, words);
      started = true;
      bar.update(share, words);
    },
    stop,
    [Symbol.dispose]: stop,
  };
}

function lineProgress(label: string, stream: TextStream, now: () => number): ProgressDisplay {
  const start = now();
  const timeLeft = createTimeLeft();
  let last = start;
  return {
    update(progress) {
      const time = now();
      const left = progress.share === null ? undefined : timeLeft.at(time, shareOf(progress));
      if (time - last < quiet) return;
      last = time;
      const { done, total } = progress;
      stream.write(`${label}: ${wordsOf(progress)}, ${duration(time - start)}${done < total ? leftText(left) : ""}\n`);
    },
    stop() {},
    [Symbol.dispose]() {},
  };
}

function shareOf({ done, total, share }: Progress): number {
  return share ?? (total === 0 ? 1 : done / total);
}

function wordsOf({ done, total, words }: Progress): string {
  return visible(words ?? `${done} of ${total}`);
}

function leftText(left: number | undefined): string {
  return left === undefined || left < 1000 ? "" : `, about ${duration(left)} left`;
}

/** Milliseconds for people: "850 ms", "12 s", "3 min 5 s", "2 h 10 min". */
export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

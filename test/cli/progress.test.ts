import { describe, expect, test } from "vitest";
import { createProgress, duration } from "../../src/cli/progress.ts";

/** A stream that keeps what was written. */
function collector(isTTY: boolean) {
  const written: string[] = [];
  return { written, isTTY, columns: 80, write: (text: string) => written.push(text) };
}

describe("progress without a terminal", () => {
  test("is a plain line every ten seconds, with an estimate from what this run did itself", () => {
    const stream = collector(false);
    let time = 0;
    const progress = createProgress("align", stream, () => time, {});
    progress.update({ done: 100, total: 200 }); // done before: resumed
    time = 9_999;
    progress.update({ done: 110, total: 200 });
    time = 20_000;
    progress.update({ done: 120, total: 200 });
    time = 25_000;
    progress.update({ done: 150, total: 200 });
    progress.stop();
    expect(stream.written).toEqual(["align: 120 of 200, 20 s, about 1 min 20 s left\n"]);
  });
});

test("what is said for people stands in the place of the counts, and no time where nobody knows it", () => {
  const stream = collector(false);
  let time = 0;
  const progress = createProgress("fitting", stream, () => time, {});
  progress.update({ done: 0, total: 2, share: null });
  time = 20_000;
  progress.update({ done: 0.48, total: 2, share: null, words: "target 1 of 2, 48 %" });
  expect(stream.written).toEqual(["fitting: target 1 of 2, 48 %, 20 s\n"]);
});

describe("progress on a terminal", () => {
  test("is a bar that is gone when it ends", () => {
    const stream = Object.assign(collector(true), {
      cursorTo: () => true,
      moveCursor: () => true,
      clearLine: () => true,
      clearScreenDown: () => true,
    });
    const progress = createProgress("align", stream, () => 0, {});
    progress.update({ done: 0, total: 4 });
    progress.update({ done: 4, total: 4 });
    progress.stop();
    expect(stream.written.join("")).toContain("align");
  });
});

describe("a duration", () => {
  test("has at most two units", () => {
    expect([850, 12_400, 185_000, 7_800_000].map(duration)).toEqual(["850 ms", "12 s", "3 min 5 s", "2 h 10 min"]);
  });
});

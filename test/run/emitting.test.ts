import { setImmediate as tick } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { emitting } from "../../src/run/emitting.ts";

describe("emitting", () => {
  test("yields what the job reports, the latest where the consumer is slower, and returns its result", async () => {
    const steps = emitting<number, string>(async (emit) => {
      emit(1);
      emit(2);
      await tick();
      emit(3);
      return "end";
    });
    const seen: number[] = [];
    let step = await steps.next();
    for (; !step.done; step = await steps.next()) seen.push(step.value);
    expect([seen, step.value]).toEqual([[2, 3], "end"]);
  });

  test("throws what the job throws, after what it reported", async () => {
    const steps = emitting<number, void>(async (emit) => {
      emit(1);
      throw new Error("broken");
    });
    expect(await steps.next()).toEqual({ done: false, value: 1 });
    await expect(steps.next()).rejects.toThrow("broken");
  });

  test("aborts the job when its consumer leaves, and waits for its end", async () => {
    let ended = false;
    const steps = emitting<number, void>(async (emit, signal) => {
      emit(1);
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      await tick();
      ended = true;
      throw new Error("not heard");
    });
    for await (const value of steps) if (value === 1) break;
    expect(ended).toBe(true);
  });

  test("passes an abort on, also one that came before", async () => {
    const aborted = emitting<number, boolean>(async (_, signal) => signal.aborted, AbortSignal.abort());
    expect(await aborted.next()).toEqual({ done: true, value: true });
  });
});

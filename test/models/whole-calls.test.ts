import { expect, test } from "vitest";
import { WholeCalls, width } from "../../src/models/whole-calls.ts";

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

test("a call runs as soon as it is full, and the rest when it is asked for", async () => {
  const calls: (readonly number[])[] = [];
  const whole = new WholeCalls<number>(async (items) => void calls.push(items));
  for (const item of numbers(2 * width + 3)) {
    await whole.add(item);
    expect(calls.length).toBe(Math.floor((item + 1) / width));
  }
  await whole.flush();
  expect(calls.map((items) => items.length)).toEqual([width, width, 3]);
  expect(calls.flat()).toEqual(numbers(2 * width + 3));
  await whole.flush();
  expect(calls.length).toBe(3);
});

test("calls follow one another, also when items come faster", async () => {
  let running = 0;
  const whole = new WholeCalls<number>(async () => {
    running += 1;
    expect(running).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 1));
    running -= 1;
  });
  await Promise.all(numbers(5 * width).map((item) => whole.add(item)));
});

test("a call that fails fails whoever waits for it or comes later", async () => {
  const whole = new WholeCalls<number>(async () => {
    throw new Error("no");
  });
  await whole.add(1);
  await expect(whole.flush()).rejects.toThrow("no");
  await expect(whole.add(2)).rejects.toThrow("no");
});

import { expect, test } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import { similarOrder } from "../../src/statistics/clustering.ts";

test("puts points of a line in their order, from one end to the other", () => {
  const points = [3, 0, 10, 1, 11, 2, 12];
  const order = similarOrder(points.length, (a, b) => Math.abs((points[a] ?? 0) - (points[b] ?? 0)));
  const placed = order.map((item) => points[item] ?? 0);
  const upwards = (placed[0] ?? 0) < (placed.at(-1) ?? 0) ? placed : placed.toReversed();
  expect(upwards).toEqual(points.toSorted((a, b) => a - b));
});

test("keeps blocks together that were shuffled", () => {
  const random = createRandom("blocks");
  const blocks = random.shuffle(Array.from({ length: 60 }, (_, item) => item % 4));
  const order = similarOrder(60, (a, b) => (blocks[a] === blocks[b] ? 0.1 : 1));
  const changes = order.filter((item, place) => place > 0 && blocks[item] !== blocks[order[place - 1] ?? 0]).length;
  expect(changes).toBe(3);
  expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, item) => item));
});

test("has an answer for none, one and two", () => {
  expect([0, 1, 2].map((count) => similarOrder(count, () => 1).length)).toEqual([0, 1, 2]);
});

import { describe, expect, test } from "vitest";
import { chunkSpan } from "../../src/results/chunks.ts";
import type { Commit } from "../../src/results/commit.ts";
import { type Further, planWork, type WorkState } from "../../src/run/work-plan.ts";

/** A commit as far as a plan looks at it. counts: counterfactuals by base; a base ending in "…" may have more. */
function commit(chunk: number, counts: Readonly<Record<string, number>>, pictures: readonly string[] = []): Commit {
  const bases = Object.entries(counts).map(([name, counterfactuals]) => [
    name.replace("…", ""),
    { counterfactuals, complete: !name.endsWith("…") },
  ]);
  const parts = {} as Commit["parts"];
  return {
    chunk,
    generation: 1,
    images: 64,
    bases: Object.fromEntries(bases),
    parts,
    pictures: pictures.map((base, index) => ({ base, image: `${index}`, file: `${index}` })),
  };
}

function state(limits: Readonly<Record<string, number>>, commits: readonly Commit[] = []): WorkState {
  return {
    chunks: [64, 64, 64, 10],
    limits: new Map(Object.entries(limits)),
    keepImages: 3,
    decomposeImages: 25,
    commits: new Map(commits.map((one) => [one.chunk, one])),
  };
}

test("a new run begins with its first chunk, with all that remains", () => {
  const { commits, looked, next } = planWork(state({ a: 30, b: 30 }));
  expect([commits, looked]).toEqual([[], 0]);
  expect(next).toEqual({
    chunk: 0,
    images: 64,
    commit: undefined,
    remaining: new Map(["a", "b"].map((base) => [base, { counterfactuals: 30, pictures: 3, products: 25 }])),
    ahead: 1,
  });
});

test("a chunk has what the chunks before it left", () => {
  const { next, found } = planWork(state({ a: 30, b: 30 }, [commit(0, { a: 28, b: 4 }, ["a", "a", "b", "a", "a"])]));
  expect(found).toEqual(new Map(Object.entries({ a: 28, b: 4 })));
  expect(next?.chunk).toBe(1);
  expect(next?.remaining).toEqual(
    new Map([
      ["a", { counterfactuals: 2, pictures: 0, products: 0 }],
      ["b", { counterfactuals: 26, pictures: 2, products: 21 }],
    ]),
  );
});

test("work ends when every base has its limit, and later commits do not count", () => {
  const enough = [commit(0, { a: 20, b: 30 }), commit(1, { "a…": 10, b: 0 }), commit(2, { a: 5, b: 5 })];
  const plan = planWork(state({ a: 30, b: 30 }, enough));
  expect(plan.next).toBeUndefined();
  expect(plan.commits).toEqual(enough.slice(0, 2));
  expect(plan.looked).toBe(128);
});

test("work ends with the images", () => {
  const all = [0, 1, 2, 3].map((chunk) => commit(chunk, { a: 1 }));
  const plan = planWork(state({ a: Infinity }, all));
  expect([plan.next, plan.looked]).toEqual([undefined, 202]);
});

test("a larger limit goes back to the first chunk whose base may have more", () => {
  const there = [commit(0, { a: 40, "b…": 7 }), commit(1, { "a…": 3, b: 0 })];
  const { next } = planWork(state({ a: 60, b: 9 }, there));
  // a has all that chunk 0 can give; b was stopped by its limit.
  expect([next?.chunk, next?.commit]).toEqual([0, there[0]]);
  expect(next?.remaining.get("b")?.counterfactuals).toBe(9);
  expect(next?.ahead).toBeUndefined();
  const grown = planWork(state({ a: 60, b: 9 }, [commit(0, { a: 40, "b…": 9 }), ...there.slice(1)]));
  expect([grown.next?.chunk, grown.next?.commit]).toEqual([1, there[1]]);
  expect(grown.next?.ahead).toBe(2);
});

test("a hole between commits is filled before what follows counts", () => {
  const { next, commits } = planWork(state({ a: 60 }, [commit(0, { a: 10 }), commit(2, { a: 10 })]));
  expect([next?.chunk, next?.ahead, commits.length]).toEqual([1, undefined, 1]);
});

test("a base that is looked at no further asks for nothing", () => {
  const there = [commit(0, { a: 25, "b…": 25 })];
  const { next } = planWork(state({ a: 25, b: 50 }, there));
  expect(next?.chunk).toBe(0);
  expect(next?.remaining.get("a")?.counterfactuals).toBe(25);
  expect(planWork(state({ a: 25, b: 25 }, there)).next).toBeUndefined();
});

test("computing what is planned ends, whatever the images give", () => {
  for (const positives of [
    [64, 0, 3, 10],
    [1, 1, 1, 1],
    [0, 0, 0, 0],
  ]) {
    const commits = new Map<number, Commit>();
    for (const limit of [2, 5, 70]) {
      for (let step = 0; ; step++) {
        expect(step).toBeLessThan(5);
        const { next } = planWork({ ...state({ a: limit }), commits });
        if (next === undefined) break;
        const remaining = next.remaining.get("a")?.counterfactuals ?? 0;
        const got = Math.min(remaining, positives[next.chunk] as number);
        commits.set(next.chunk, commit(next.chunk, { [got < remaining ? "a" : "a…"]: got }));
      }
    }
    const made = [...commits.values()].reduce((sum, { bases }) => sum + (bases.a?.counterfactuals ?? 0), 0);
    expect(made).toBe(
      Math.min(
        70,
        positives.reduce((sum, count) => sum + count, 0),
      ),
    );
  }
});

describe("a shard that looks further", () => {
  /** The second of two shards of 404 images. */
  const further = (until: Readonly<Record<string, number>>, images: number): Further => ({
    until: new Map(Object.entries(until)),
    images,
    spans: [0, 1, 2, 3].map((chunk) => chunkSpan({ index: 2, count: 2 }, chunk, 404)),
  });
  const withPending = (chunk: number, positions: readonly number[]): Commit => {
    const one = commit(chunk, { "a…": 3, b: 2 });
    return { ...one, bases: { ...one.bases, a: { counterfactuals: 3, complete: false, pending: [...positions] } } };
  };

  test("goes back to a chunk with images that it left out, up to the position", () => {
    const there = [withPending(0, [99]), commit(1, { "a…": 0, "b…": 0 })];
    const at = (position: number) =>
      planWork({ ...state({ a: 3, b: 2 }, there), further: further({ a: position }, 0) });
    expect(at(98).next).toBeUndefined();
    const { next } = at(99);
    expect([next?.chunk, next?.commit]).toEqual([0, there[0]]);
    expect(next?.remaining.get("a")).toMatchObject({ counterfactuals: Infinity, until: 99 });
    expect(next?.remaining.get("b")).toMatchObject({ counterfactuals: 0 });
  });

  test("shows images to the classifiers that no base wants, and nothing behind", () => {
    const there = [withPending(0, [])];
    const at = (images: number) => planWork({ ...state({ a: 3, b: 2 }, there), further: further({}, images) }).next;
    expect(at(128)).toBeUndefined();
    expect(at(129)?.chunk).toBe(1);
  });

  test("ends what remains with the chunk", () => {
    const { next } = planWork({ ...state({ a: 3, b: 2 }), further: further({ a: 300 }, 300) });
    expect(next?.remaining.get("a")?.until).toBe(127);
  });
});

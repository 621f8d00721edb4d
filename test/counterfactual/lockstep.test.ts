import { describe, expect, it } from "vitest";
import { lockstep } from "../../src/counterfactual/lockstep.ts";

/** Runs searches that ask so many times each; returns the batches that were evaluated. */
async function batchesOf(lengths: readonly number[], width: number): Promise<string[][]> {
  const batches: string[][] = [];
  const jobs = lengths.map((length, job) => ({ job, length }));
  const answers: string[] = [];
  await lockstep<(typeof jobs)[number], string, string>(jobs, {
    width,
    search: async ({ job, length }, ask) => {
      for (let i = 0; i < length; i++) answers.push(await ask(`${job}.${i}`));
    },
    evaluate: async (requests) => {
      batches.push([...requests]);
      return requests.map((request) => request.toUpperCase());
    },
  });
  expect(answers.sort()).toEqual(batches.flat().sort());
  return batches;
}

describe("lockstep", () => {
  it("evaluates what all running searches ask as one batch", async () => {
    expect(await batchesOf([2, 2, 2], 8)).toEqual([
      ["0.0", "1.0", "2.0"],
      ["0.1", "1.1", "2.1"],
    ]);
  });

  it("starts the next search where one ended, so that batches stay full", async () => {
    const batches = await batchesOf([1, 3, 2, 1], 2);
    expect(batches.map((batch) => batch.length)).toEqual([2, 2, 2, 1]);
  });

  it("evaluates of what is asked only what is chosen, and asks again when all that run wait", async () => {
    const rounds: string[] = [];
    await lockstep<string, { readonly kind: string; readonly job: string }, void>(["a", "b", "c"], {
      width: 3,
      search: async (job, ask) => {
        for (const kind of job === "a" ? ["x", "y", "y"] : ["y", "x"]) await ask({ kind, job });
      },
      choose: (requests) => requests.filter(({ kind }) => kind === requests.at(-1)?.kind),
      evaluate: async (requests) => {
        rounds.push(requests.map(({ kind, job }) => `${job}:${kind}`).join(" "));
        return requests.map(() => undefined);
      },
    });
    expect(rounds).toEqual(["b:y c:y", "a:x b:x c:x", "a:y", "a:y"]);
  });

  it("passes over searches that ask nothing", async () => {
    expect(await batchesOf([0, 1, 0, 0, 1], 2)).toEqual([["1.0", "4.0"]]);
    expect(await batchesOf([], 4)).toEqual([]);
    expect(await batchesOf([0, 0], 4)).toEqual([]);
  });

  it("fails with the first error, of a search or of an evaluation", async () => {
    const broken = (where: "search" | "evaluate") =>
      lockstep<number, number, number>([1, 2, 3], {
        width: 2,
        search: async (job, ask) => {
          await ask(job);
          if (where === "search") throw new Error("search failed");
        },
        evaluate: async (requests) => {
          if (where === "evaluate") throw new Error("evaluation failed");
          return requests;
        },
      });
    await expect(broken("search")).rejects.toThrow("search failed");
    await expect(broken("evaluate")).rejects.toThrow("evaluation failed");
  });
});

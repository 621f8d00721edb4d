import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { alignmentMatrix } from "../../src/audit/matrix.ts";
import { openRun } from "../../src/results/open-run.ts";
import type { RowList } from "../../src/results/row-list.ts";
import { alignFolder } from "../../src/run/align-folder.ts";
import { difference, runToEnd, smallScene } from "./small-world.ts";

const { workspace, folder } = await smallScene(440);
const options = {
  workspace,
  bases: ["smiling", "rare", "biased"],
  downstream: ["smiling", "glasses"],
  out: join(folder, "whole"),
  limit: 210,
  keepImages: 0,
  untilResolved: true,
};
const summary = await runToEnd(join(folder, "faces"), options);
afterAll(() => workspace.dispose());

describe("a run that stops when its cells are resolved", { timeout: 600_000 }, () => {
  test("stops every base at a look, or where images or the limit end, and says why", async () => {
    const run = await openRun(options.out);
    const matrix = alignmentMatrix(run);
    expect(matrix.confidence).toBeCloseTo(0.99, 12);
    expect(summary.rows.map(({ base }) => base)).toEqual(options.bases);
    for (const row of summary.rows) {
      expect(run.counterfactuals.filter(({ base }) => base === row.base)).toHaveLength(row.images);
      const states = matrix.cells.filter((cell) => cell.base === row.base && cell.state === "unresolved");
      if (row.settled) expect([25, 50, 100, 200, 210]).toContain(row.images);
      // What it says is what the finished run says, but for columns that more images have shown not to be blind.
      expect(row.unresolved.map(({ downstream }) => downstream)).toEqual(states.map(({ downstream }) => downstream));
    }
    // Orthogonal classifiers are clear at the first look with 44 images in both strata, which exclude a use on a tenth at 99 %; none needs all that there are.
    expect(summary.rows[0]).toMatchObject({ base: "smiling", settled: true, unresolved: [] });
    expect(summary.rows[0]?.images).toBeLessThan(210);
  });

  test("equals a plain run of as many images, row by row", async () => {
    const run = await openRun(options.out);
    const smiling = summary.rows[0]?.images as number;
    await runToEnd(join(folder, "faces"), {
      ...options,
      bases: ["smiling"],
      untilResolved: false,
      limit: smiling,
      out: join(folder, "plain"),
    });
    const plain = await openRun(join(folder, "plain"));
    const own = <R extends { readonly base: string }>(rows: RowList<R>) =>
      rows.filter(({ base }) => base === "smiling");
    expect(own(run.counterfactuals)).toEqual(own(plain.counterfactuals));
    expect(own(run.changes)).toEqual(own(plain.changes));
  });

  test("interrupted between chunks and resumed decides as it did", async () => {
    const out = join(folder, "interrupted");
    for (const most of [1, 60, 120]) {
      for await (const { phase, counterfactuals } of alignFolder(join(folder, "faces"), { ...options, out })) {
        if (phase === "aligning" && counterfactuals > most) break;
      }
    }
    const again = await runToEnd(join(folder, "faces"), { ...options, out });
    expect(again.rows).toEqual(summary.rows);
    expect(difference(await openRun(out), await openRun(options.out))).toBeUndefined();
  });
});

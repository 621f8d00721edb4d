import { expect, test, vi } from "vitest";
import { platform } from "#platform";
import { alignmentMatrix } from "../../src/audit/matrix.ts";
import { matrixOnCores } from "../../src/crew/matrix-on-cores.ts";
import { directedRun } from "../audit/directed-run.ts";

const options = { resamples: 25_000 };

test("a matrix whose resamples other processes draw is that of one process, to the bit", {
  timeout: 120_000,
}, async () => {
  const run = directedRun([0.9, 0.4, 0, -0.3]);
  const started = vi.spyOn(platform, "startWorker");
  vi.spyOn(platform, "machine").mockReturnValue({ ...platform.machine(), cores: 2, freeBytes: 4e9 });
  const shared = await matrixOnCores(run, options);
  expect(started).toHaveBeenCalledTimes(2);
  expect(shared).toEqual(alignmentMatrix(run, options));
  expect(shared.decomposition?.length).toBeGreaterThan(0);

  started.mockClear();
  vi.spyOn(platform, "machine").mockReturnValue({ ...platform.machine(), cores: 2, freeBytes: 5e8 });
  await matrixOnCores(run, options);
  expect(started).not.toHaveBeenCalled();
  await matrixOnCores({ ...run, products: [] }, { resamples: 100 });
  expect(started).not.toHaveBeenCalled();
});

test("a matrix is there also where no other process lives", { timeout: 120_000 }, async () => {
  const run = directedRun([0.9, 0.4, 0, -0.3]);
  vi.spyOn(platform, "startWorker").mockImplementation(() => ({
    ask: () => Promise.reject(new Error("no")),
    ended: "SIGKILL",
    end: () => {},
  }));
  expect(await matrixOnCores(run, options)).toEqual(alignmentMatrix(run, options));
});

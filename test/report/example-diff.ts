import { diffRuns } from "../../src/audit/compare/diff.ts";
import { readDiffCell } from "../../src/audit/compare/diff-reading.ts";
import type { DiffData } from "../../src/report/data.ts";
import { type ExampleOptions, exampleParts } from "./example.ts";

/** What changed between two example runs: one model lost its planted bias, another got one. */
export function exampleDiff(options: ExampleOptions = {}): DiffData {
  const small = { images: 200, keep: 0, ...options };
  const before = exampleParts({ ...small, effects: { "eyeshadow-big_nose-95": -0.06 } });
  const after = exampleParts({ ...small, effects: { "smiling-eyeglasses-95": 0 } });
  const side = (title: string, parts: typeof before) => ({
    title,
    models: parts.models,
    images: parts.run.images.length,
    counterfactuals: parts.run.counterfactuals.length,
    finished: true,
  });
  // The example's relative changes scatter beyond 0.5 by themselves: rare use is not what it shows.
  const diff = diffRuns(before.run, after.run, { resamples: 200, maxRareUse: 1 });
  return {
    kind: "diff",
    format: 1,
    title: "released and new",
    generator: "cfalign 0.1.0",
    before: side("released", before),
    after: side("new", after),
    diff,
    reading: diff.cells.map(readDiffCell),
    faces: [],
    omittedFaces: 0,
  };
}

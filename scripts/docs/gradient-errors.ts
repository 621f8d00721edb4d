/** Runs every gradient test and writes the worst errors into docs/operators.md, and those of every operator to docs/data/gradient-errors.csv. */
import { readFileSync } from "node:fs";
import { checkRow, LIMITS } from "../../test/vjp/check.ts";
import { fixtureError, parseFixtures } from "../../test/vjp/fixture.ts";
import { rows } from "../../test/vjp/table.ts";
import { writeAppendix } from "./write-appendix.ts";
import { writeMarked } from "./write-marked.ts";

const FIXTURE_LIMIT = 1e-5;
const fixtures = parseFixtures(
  readFileSync(new URL("../../test/vjp/fixtures/gradients.json", import.meta.url), "utf8"),
);

interface Tally {
  linear: { count: number; error: number };
  smooth: { count: number; error: number };
  fixture: { count: number; error: number };
}
const tallies = new Map<string, Tally>();
const zero = () => ({ count: 0, error: 0 });
function record(op: string, kind: keyof Tally, error: number): void {
  const tally = tallies.get(op) ?? { linear: zero(), smooth: zero(), fixture: zero() };
  tally[kind] = { count: tally[kind].count + 1, error: Math.max(tally[kind].error, error) };
  tallies.set(op, tally);
}

async function main(): Promise<void> {
  for (const row of rows) for (const { error } of await checkRow(row)) record(row.op, row.kind, error);
  for (const fixture of fixtures) record(fixture.op, "fixture", (await fixtureError(fixture)).gradient);
  const ops = [...tallies].sort(([a], [b]) => (a < b ? -1 : 1));
  const kinds = ["linear", "smooth", "fixture"] as const;
  const worst = (kind: keyof Tally) => Math.max(...ops.map(([, tally]) => tally[kind].error)).toExponential(1);
  const total = (kind: keyof Tally) => ops.reduce((sum, [, tally]) => sum + tally[kind].count, 0);
  const text = `| compared with | where | limit | worst error | gradients |
|---|---|---|---|---|
| ⟨Jv, c⟩ = ⟨v, Jᵀc⟩, with Jv from onnxruntime's own forward pass | the output is affine in the input | ${LIMITS.linear} | ${worst("linear")} | ${total("linear")} |
| central differences along random directions in float32, the best of three steps | elsewhere | ${LIMITS.smooth} | ${worst("smooth")} | ${total("smooth")} |
| PyTorch in float64 (\`zoo/fixtures/gradients.py\`), kinks and ties included | everywhere | ${FIXTURE_LIMIT} | ${worst("fixture")} | ${total("fixture")} |

By operator: [gradient-errors.csv](data/gradient-errors.csv). Written by \`scripts/docs/gradient-errors.ts\`.`;
  await writeMarked("docs/operators.md", "gradient errors", text);
  await writeAppendix("docs/data/gradient-errors.csv", [
    ["operator", "adjoint error", "gradients", "difference error", "gradients", "PyTorch error", "cases"],
    ...ops.map(([op, tally]) => [
      op,
      ...kinds.flatMap((kind) => {
        const { count, error } = tally[kind];
        return count === 0 ? [null, 0] : [error.toExponential(1), count];
      }),
    ]),
  ]);
}

await main();

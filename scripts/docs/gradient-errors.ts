/** Runs every gradient test and writes the worst errors to docs/gradients.md. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { checkRow, LIMITS } from "../../test/vjp/check.ts";
import { fixtureError, parseFixtures } from "../../test/vjp/fixture.ts";
import { rows } from "../../test/vjp/table.ts";

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
  const cell = ({ count, error }: { count: number; error: number }) =>
    count === 0 ? "—" : `${error.toExponential(1)} (${count})`;
  const ops = [...tallies].sort(([a], [b]) => (a < b ? -1 : 1));
  const worst = (kind: keyof Tally) => Math.max(...ops.map(([, tally]) => tally[kind].error)).toExponential(1);
  const total = (kind: keyof Tally) => ops.reduce((sum, [, tally]) => sum + tally[kind].count, 0);
  const text = `# How gradients are tested

Every rule is compared with other ways of computing the same thing. The numbers are the worst relative errors over all
tests of an operator, with the number of gradients compared. Written by
\`node --conditions=source --import tsx scripts/docs/gradient-errors.ts\`.

- **adjoint**: where the output is affine in the input, ⟨Jv, c⟩ = ⟨v, Jᵀc⟩ for random v and c, with Jv from onnxruntime's own
  forward pass, relative to the larger of ⟨v, Jᵀc⟩ and 0.1·‖Jᵀc‖·‖v‖. Limit ${LIMITS.linear}.
- **differences**: elsewhere central differences along random directions in float32, the best of three steps. Limit ${LIMITS.smooth}.
- **PyTorch**: the gradient by PyTorch in float64 (\`zoo/fixtures/gradients.py\`), kinks and ties included, relative to its
  largest element. Limit ${FIXTURE_LIMIT}.

Worst of all: adjoint ${worst("linear")} (${total("linear")} gradients), differences ${worst("smooth")} (${total("smooth")}), PyTorch ${worst("fixture")} (${total("fixture")} cases).

| operator | adjoint | differences | PyTorch |
|---|---|---|---|
${ops.map(([op, t]) => `| ${op} | ${cell(t.linear)} | ${cell(t.smooth)} | ${cell(t.fixture)} |`).join("\n")}

At kinks the rules do what PyTorch does: ReLU and its kin have slope 0 (the lower side's) at 0, |x| has 0, bounds cut
the gradient at the bound itself as \`hardtanh\` does (\`clamp\` lets it through), a pool's ties go to the first maximum, ties of Max, Min,
ReduceMax and ReduceMin share equally, ReduceL2 has 0 at the zero vector, and x⁰ is flat at 0.
`;
  mkdirSync(new URL("../../docs/", import.meta.url), { recursive: true });
  writeFileSync(new URL("../../docs/gradients.md", import.meta.url), text);
}

await main();

// Writes the tables of docs/suite.md: one classifier of the built-in world asked in four ways, and what a suite takes.
import { join } from "node:path";
import { platform } from "#platform";
import { figure } from "../../src/cli/table.ts";
import { checkSuite, openSuite, openWorkspace, type SuiteAudit, type SuiteCell, writeSuite } from "../../src/index.ts";
import { auditSuite } from "../../src/suite/audit-suite.ts";
import { markdownTable } from "../../test/house/markdown-table.ts";
import { fourWays } from "../../test/suite/four-ways.ts";
import { alignedRun, drawnFaces } from "../../test/world/built-in-world.ts";
import { writeMarked } from "./write-marked.ts";

const { files } = platform;
const folder = files.join(files.packageFolder(), ".tmp/suite-tables");
const model = files.join(files.packageFolder(), "zoo/cartoon-faces/models/smiling-eyeglasses-95");

/** CPU seconds of this process that some work took, and what it gave. */
async function spent<T>(work: () => Promise<T>): Promise<readonly [T, number]> {
  const before = process.cpuUsage();
  const made = await work();
  const { user, system } = process.cpuUsage(before);
  return [made, (user + system) / 1e6];
}

const faces = await drawnFaces({ count: 600, seed: 7, out: join(folder, "faces") });
const workspace = await openWorkspace("cartoon-faces");
const out = join(folder, "suite");
await files.remove(out);
const run = await alignedRun(faces, {
  ...{
    workspace,
    bases: ["smiling-eyeglasses-95"],
    limit: 1,
    keepImages: 0,
    interventions: 30,
    out: join(folder, "run"),
  },
});
const [written, writing] = await spent(() => writeSuite(run, { workspace, out }));
await workspace.dispose();
const suite = await openSuite(out);
const ways = await fourWays(suite, model, join(folder, "copies"));
const [exact, int8, served, table] = (["exact", "int8", "served", "table"] as const).map((way) =>
  auditSuite(suite, ways[way]),
) as [SuiteAudit, SuiteAudit, SuiteAudit, SuiteAudit];
const said = ({ state, effect }: SuiteCell | { readonly state: null; readonly effect: null }): string =>
  effect === null ? "–" : `${state}, ${figure(effect.value)}`;
const rows = exact.cells
  .filter(({ none }) => none === null)
  .map((cell) => {
    const others = [int8, served, table].map(
      ({ cells }) => cells.find(({ feature }) => feature === cell.feature) ?? { state: null, effect: null },
    );
    return [cell.feature, said(cell), ...others.map(said)];
  });
/** Features that every way calls clear are counted. */
const isClear = (row: readonly string[]): boolean => row.slice(1).every((cell) => cell.startsWith("clear"));
const shown = markdownTable(
  ["feature", "exact ONNX", "its int8 copy", "behind a server", "by a table"],
  rows.filter((row) => !isClear(row)),
);
await writeMarked(
  "docs/suite.md",
  "four-ways",
  `${shown}\n\nThe other ${rows.filter(isClear).length} features are clear in every way.`,
);
const [, asking] = await spent(() => fourWays(suite, model, join(folder, "copies")));
const [check, checking] = await spent(async () => checkSuite(suite, ways.exact, ["*->*=0.1"], { baseline: ways.int8 }));
const bytes = (written.bytes / 1e6).toFixed(1);
await writeMarked(
  "docs/suite.md",
  "cost",
  `${suite.pairs.length} pairs of ${suite.file.width} × ${suite.file.height} pixels are ${bytes} MB of pictures. Writing them took ${Math.round(writing)} s of CPU time, all four ways together ${Math.round(asking)} s, and ${check.checks.length} checks ${checking.toFixed(1)} s.`,
);

// A process of its own that aligns a folder, so that a test can kill it. Prints a line as the run begins and after each report.

import { alignFolder } from "../../src/run/align-folder.ts";
import { openSmallWorld, runOptionsOfProcess } from "./small-world.ts";

const [path, faces, out, workers] = process.argv.slice(2) as [string, string, string, string];
const workspace = await openSmallWorld(path);
for await (const { phase, done } of alignFolder(faces, {
  workspace,
  out,
  workers: Number(workers),
  ...runOptionsOfProcess,
})) {
  process.stdout.write(`${phase} ${done}\n`);
}
await workspace.dispose();

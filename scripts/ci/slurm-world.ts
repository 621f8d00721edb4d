// Writes the small world of the tests and faces of it into a folder, for scripts/ci/slurm.sh, or holds two runs against each other:
//   slurm-world.ts make FOLDER, which prints the workspace; slurm-world.ts same RUN RUN
import { join } from "node:path";
import { openRun } from "../../src/results/open-run.ts";
import { difference, drawFaces, smallWorld } from "../../test/run/small-world.ts";

const [verb, first = "", second = ""] = process.argv.slice(2);
if (verb === "make") {
  await drawFaces(join(first, "faces"), 500);
  console.log(await smallWorld());
} else {
  const found = difference(await openRun(first), await openRun(second));
  if (found !== undefined) {
    console.log(found);
    process.exitCode = 1;
  }
}

import { join } from "node:path";
import type { Workspace } from "../../src/models/workspace.ts";
import { type OpenRun, openRun } from "../../src/results/open-run.ts";
import { openSuite, type Suite } from "../../src/suite/open-suite.ts";
import { type WrittenSuite, writeSuite } from "../../src/suite/write-suite.ts";
import { runToEnd, smallScene } from "../run/small-world.ts";

/** A run of the small world with interventions, and the suite of them. */
export interface SmallSuite {
  readonly folder: string;
  readonly faces: string;
  readonly workspace: Workspace;
  readonly run: OpenRun;
  readonly written: WrittenSuite;
  readonly suite: Suite;
}

/** Makes one in a new folder: eight features that its world has, thirty pictures a feature and side. */
export async function smallSuite(): Promise<SmallSuite> {
  const { workspace, folder, faces } = await smallScene(300);
  const out = join(folder, "run");
  await runToEnd(faces, {
    ...{ bases: ["smiling", "biased"], limit: 20, keepImages: 0, interventions: 30, workspace, out },
  });
  const run = await openRun(out);
  const written = await writeSuite(run, { workspace, out: join(folder, "suite") });
  return { folder, faces, workspace, run, written, suite: await openSuite(written.path) };
}

import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Workspace } from "../../src/models/workspace.ts";
import { type OpenRun, openRun } from "../../src/results/open-run.ts";
import { type WrittenSuite, writeSuite } from "../../src/suite/write-suite.ts";
import { drawFaces, openSmallWorld, runToEnd, smallWorld } from "../run/small-world.ts";

/** A run of the small world with interventions, and the suite of them. */
export interface SmallSuite {
  readonly folder: string;
  readonly faces: string;
  readonly workspace: Workspace;
  readonly run: OpenRun;
  readonly written: WrittenSuite;
}

/** Makes one in a new folder: eight features that its world has, thirty pictures a feature and side. */
export async function smallSuite(): Promise<SmallSuite> {
  const workspace = await openSmallWorld(await smallWorld());
  const folder = await mkdtemp(join(tmpdir(), "cfalign-suite-"));
  const faces = join(folder, "faces");
  await drawFaces(faces, 300);
  const out = join(folder, "run");
  await runToEnd(faces, {
    ...{ bases: ["smiling", "biased"], limit: 20, keepImages: 0, interventions: 30, workspace, out },
  });
  const run = await openRun(out);
  const written = await writeSuite(run, { workspace, out: join(folder, "suite") });
  return { folder, faces, workspace, run, written };
}

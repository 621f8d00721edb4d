import { modelsOf } from "../models/prediction.ts";
import type { Workspace } from "../models/workspace.ts";
import { assertModelsOf } from "../results/models-of.ts";
import type { OpenRun } from "../results/open-run.ts";

/** Refuses a workspace whose models are not those that a run was made with, to the byte: they would say something else than its report. Errors: CfalignError("usage"). */
export function assertWorkspaceOf(run: OpenRun, workspace: Workspace): void {
  // First, since a strange workspace may not know the run's classifiers.
  assertModelsOf(run, [workspace.autoencoder], workspace);
  const names = [...new Set([...run.bases, ...run.downstream])];
  assertModelsOf(run, modelsOf(names.map((name) => workspace.classifier(name))), workspace);
}

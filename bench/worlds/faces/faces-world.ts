import { platform } from "#platform";
import { openWorkspace } from "../../../src/index.ts";
import { featuresOf } from "../../subjects.ts";
import type { World, WorldOptions } from "../../world.ts";
import { drawAuditFaces } from "./audit-faces.ts";
import { measureFaceEffects } from "./face-effects.ts";
import { faceSubjects } from "./face-subjects.ts";
import { readBenchmark } from "./recipe.ts";

/** Seeds of the faces that the truth is measured on and of the audit's: no training drew from them. */
const truthSeed = 8101;
const auditSeed = 8000;

/** Drawn faces, and the heads that were trained on them; with another autoencoder where a workspace is named. */
export async function openFacesWorld(
  { split, seed, threads, models }: WorldOptions,
  workspaceFile?: string,
): Promise<World> {
  const benchmark = await readBenchmark(models);
  const { audit, tint } = benchmark.recipe;
  const workspace = await openWorkspace(workspaceFile ?? benchmark.workspace, threads === undefined ? {} : { threads });
  const drawn = { count: audit.images, seed: auditSeed + seed, correlate: audit.correlations[split], tint };
  const truth = { count: audit.truth, seed: truthSeed, tint };
  return {
    workspace,
    subjects: faceSubjects(benchmark, workspace, split),
    features: featuresOf(workspace),
    identity: { drawn, truth },
    truthCount: audit.truth,
    auditImages: (folder) => drawAuditFaces({ ...drawn, out: folder }),
    trueEffects: (classifiers, { folder, features, progress }) =>
      measureFaceEffects(classifiers, {
        ...{ ...truth, out: platform.files.join(folder, "faces"), progress },
        ...(features === undefined ? {} : { features }),
      }),
  };
}

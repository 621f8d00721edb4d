import type { OpenRun } from "../results/open-run.ts";
import type { Provenance, ReportModel } from "./data.ts";

/** Models of a run; a classifier model is a judge if judges come from it. */
export function reportModels(file: OpenRun["file"]): ReportModel[] {
  const isJudge = (name: string): boolean =>
    file.judges.some((judge) => judge === name || judge.startsWith(`${name}/`) || judge.startsWith(`'${name}/`));
  return [
    { kind: "autoencoder", ...file.autoencoder },
    ...file.models.map((model) => ({ kind: isJudge(model.name) ? "judge" : "classifier", ...model }) as const),
  ];
}

/** Where the figures of a run come from. Runs that do not name a device were made when there was only the CPU. */
export function provenanceOf({ images, startedAt, finishedAt, versions, compute }: OpenRun["file"]): Provenance {
  const { folder, count, hash } = images;
  return { folder, files: count, listHash: hash, startedAt, finishedAt, versions, device: compute.device ?? "cpu" };
}

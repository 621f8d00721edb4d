import type { OpenRun } from "../results/open-run.ts";
import type { ReportModel } from "./data.ts";

/** Models of a run; a classifier model is a judge if judges come from it. */
export function reportModels(file: OpenRun["file"]): ReportModel[] {
  const isJudge = (name: string): boolean =>
    file.judges.some((judge) => judge === name || judge.startsWith(`${name}/`) || judge.startsWith(`'${name}/`));
  return [
    { kind: "autoencoder", ...file.autoencoder },
    ...file.models.map((model) => ({ kind: isJudge(model.name) ? "judge" : "classifier", ...model }) as const),
  ];
}

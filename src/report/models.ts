import type { OpenRun } from "../results/open-run.ts";
import type { Provenance, ReportModel } from "./data.ts";

/** Models of a run with their roles. A run that does not say which are judges tells it by the full names of its judges, `model/target`. */
export function reportModels({ autoencoder, models, judges }: OpenRun["file"]): ReportModel[] {
  const named = (name: string): boolean =>
    judges.some((judge) => judge.startsWith(`${name}/`) || judge.startsWith(`'${name.replaceAll("'", "''")}'/`));
  return [
    { kind: "autoencoder", ...autoencoder },
    ...models.map(
      ({ name, hash, judge = named(name) }) => ({ kind: judge ? "judge" : "classifier", name, hash }) as const,
    ),
  ];
}

/** Where the figures of a run come from. Runs that do not name a device were made when there was only the CPU. */
export function provenanceOf({ images, startedAt, finishedAt, versions, compute }: OpenRun["file"]): Provenance {
  const { folder, count, hash } = images;
  return { folder, files: count, listHash: hash, startedAt, finishedAt, versions, device: deviceOf(compute) };
}

/** "webgpu (attributes on cpu)" */
function deviceOf({ device = "cpu", devices = {} }: OpenRun["file"]["compute"]): string {
  const elsewhere = Object.entries(devices)
    .filter(([, used]) => used.join() !== device)
    .map(([model, used]) => `${model} on ${used.join(" and ")}`);
  return elsewhere.length === 0 ? device : `${device} (${elsewhere.join(", ")})`;
}

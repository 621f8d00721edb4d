import type { Listing } from "../images/list-images.ts";
import type { Workspace } from "../models/workspace.ts";
import type { Shard } from "../results/chunks.ts";
import { type RunFile, runFormat } from "../results/run-file.ts";
import { describeRoles, type Roles } from "./roles.ts";

/** What a run is made of, before its first image. */
export interface RunMakings {
  readonly workspace: Workspace;
  readonly roles: Roles;
  readonly options: RunFile["options"];
  readonly shard: Shard;
  readonly listing: Listing;
  /** Of cfalign and what computes. */
  readonly versions: RunFile["versions"];
  readonly startedAt: Date;
}

/** A run as `run.json` describes it when it begins. */
export function describeRun(makings: RunMakings): Omit<RunFile, "latentScale"> {
  const { workspace, roles, options, shard, listing, versions, startedAt } = makings;
  const { autoencoder, compile, placements } = workspace;
  return {
    format: "cfalign-run",
    formatVersion: runFormat,
    versions,
    startedAt: startedAt.toISOString(),
    finishedAt: null,
    shard,
    autoencoder: { name: autoencoder.name, hash: autoencoder.hash },
    ...describeRoles(roles),
    options,
    compute: { batch: compile.batch ?? null, threads: compile.threads ?? null, device: placements.device },
    images: { folder: listing.folder, count: listing.rows.length, hash: listing.hash, labels: [...listing.labels] },
  };
}

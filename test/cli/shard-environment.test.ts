import { describe, expect, test } from "vitest";
import { shardFromEnvironment } from "../../src/cli/shard-environment.ts";

describe("--shard auto", () => {
  test.each<[string, Readonly<Record<string, string>>, number, number]>([
    ["Slurm", { SLURM_ARRAY_TASK_ID: "7", SLURM_ARRAY_TASK_MIN: "5", SLURM_ARRAY_TASK_COUNT: "4" }, 3, 4],
    // --array=2 of four: what --missing submits again.
    [
      "Slurm, one task again",
      { SLURM_ARRAY_TASK_ID: "2", SLURM_ARRAY_TASK_MIN: "1", SLURM_ARRAY_TASK_COUNT: "1", CFALIGN_SHARDS: "4" },
      2,
      4,
    ],
    ["Kubernetes", { JOB_COMPLETION_INDEX: "0", CFALIGN_SHARDS: "8" }, 1, 8],
    ["AWS Batch", { AWS_BATCH_JOB_ARRAY_INDEX: "3", AWS_BATCH_JOB_ARRAY_SIZE: "4" }, 4, 4],
    ["Cloud Run", { CLOUD_RUN_TASK_INDEX: "1", CLOUD_RUN_TASK_COUNT: "3" }, 2, 3],
    ["Google Cloud Batch", { BATCH_TASK_INDEX: "2", BATCH_TASK_COUNT: "3" }, 3, 3],
    ["Grid Engine", { SGE_TASK_ID: "3", SGE_TASK_FIRST: "2", SGE_TASK_LAST: "5" }, 2, 4],
    ["PBS", { PBS_ARRAY_INDEX: "2", CFALIGN_SHARDS: "2" }, 2, 2],
    ["LSF", { LSB_JOBINDEX: "2", LSB_JOBINDEX_END: "6" }, 2, 6],
    ["GitLab", { CI_NODE_INDEX: "1", CI_NODE_TOTAL: "5" }, 1, 5],
  ])("reads %s", (_, environment, index, count) => {
    expect(shardFromEnvironment(environment)).toEqual({ index, count });
  });

  test.each<[string, Readonly<Record<string, string>>, string]>([
    [
      "nothing",
      { SGE_TASK_ID: "undefined", LSB_JOBINDEX: "0" },
      "expected the environment of an array job (Slurm, a Kubernetes Indexed Job, AWS Batch, Cloud Run, Google Cloud Batch, Grid Engine, PBS, LSF, GitLab CI), found none: give --shard i/n",
    ],
    [
      "two schedulers",
      { SLURM_ARRAY_TASK_ID: "1", CI_NODE_INDEX: "1" },
      "SLURM_ARRAY_TASK_ID and CI_NODE_INDEX are both set: give --shard i/n",
    ],
    [
      "no number of tasks",
      { JOB_COMPLETION_INDEX: "0" },
      "a Kubernetes Indexed Job does not say how many tasks there are: set CFALIGN_SHARDS to their number",
    ],
    [
      "a task beyond the last",
      { CI_NODE_INDEX: "6", CI_NODE_TOTAL: "5" },
      "CI_NODE_INDEX=6 is not one of the 5 tasks from 1 on",
    ],
    [
      "what is no number",
      { PBS_ARRAY_INDEX: "x", CFALIGN_SHARDS: "2" },
      'PBS_ARRAY_INDEX: expected a whole number, 0 or more, got "x"',
    ],
  ])("refuses %s", (_, environment, message) => {
    expect(() => shardFromEnvironment(environment)).toThrow(`--shard auto: ${message}`);
  });
});

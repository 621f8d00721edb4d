import { CfalignError } from "../base/errors.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** How a scheduler tells a task which part of its array it is. */
interface Scheduler {
  readonly name: string;
  readonly index: string;
  /** Number of the first task, where it is fixed. */
  readonly first?: number;
  /** Variable with the number of the first task, where the scheduler says it. */
  readonly firstIn?: string;
  /** Variables with the number of tasks, the first that is set counts. */
  readonly count: readonly string[];
}

/** CFALIGN_SHARDS is ours: for schedulers that do not tell a task how many there are. */
const own = "CFALIGN_SHARDS";

const schedulers: readonly Scheduler[] = [
  {
    name: "Slurm",
    index: "SLURM_ARRAY_TASK_ID",
    firstIn: "SLURM_ARRAY_TASK_MIN",
    count: [own, "SLURM_ARRAY_TASK_COUNT"],
  },
  { name: "a Kubernetes Indexed Job", index: "JOB_COMPLETION_INDEX", first: 0, count: [own] },
  { name: "AWS Batch", index: "AWS_BATCH_JOB_ARRAY_INDEX", first: 0, count: [own, "AWS_BATCH_JOB_ARRAY_SIZE"] },
  { name: "Cloud Run", index: "CLOUD_RUN_TASK_INDEX", first: 0, count: [own, "CLOUD_RUN_TASK_COUNT"] },
  { name: "Google Cloud Batch", index: "BATCH_TASK_INDEX", first: 0, count: [own, "BATCH_TASK_COUNT"] },
  { name: "Grid Engine", index: "SGE_TASK_ID", firstIn: "SGE_TASK_FIRST", first: 1, count: [own, "SGE_TASK_LAST"] },
  { name: "PBS", index: "PBS_ARRAY_INDEX", first: 1, count: [own] },
  { name: "LSF", index: "LSB_JOBINDEX", first: 1, count: [own, "LSB_JOBINDEX_END"] },
  { name: "GitLab CI", index: "CI_NODE_INDEX", first: 1, count: [own, "CI_NODE_TOTAL"] },
];

/**
 * The shard that a scheduler's environment means. Errors: CfalignError("usage") outside of one, in two at once, and where the
 * number of tasks is not told.
 */
export function shardFromEnvironment(environment: Environment): { readonly index: number; readonly count: number } {
  // Grid Engine sets its variables to "undefined" in a job that is no array.
  const set = (name: string): string | undefined => {
    const value = environment[name];
    return value === undefined || value === "" || value === "undefined" ? undefined : value;
  };
  const found = schedulers.filter(
    ({ index }) => set(index) !== undefined && !(index === "LSB_JOBINDEX" && set(index) === "0"),
  );
  const [scheduler, other] = found;
  if (scheduler === undefined) {
    throw refused(
      `expected the environment of an array job (${schedulers.map(({ name }) => name).join(", ")}), found none: give --shard i/n`,
    );
  }
  if (other !== undefined) {
    throw refused(`${scheduler.index} and ${other.index} are both set: give --shard i/n`);
  }
  const whole = (name: string, least: number): number => {
    const value = Number(set(name));
    if (Number.isSafeInteger(value) && value >= least) return value;
    throw refused(`${name}: expected a whole number, ${least} or more, got "${set(name)}"`);
  };
  const countIn = scheduler.count.find((name) => set(name) !== undefined);
  if (countIn === undefined) {
    throw refused(`${scheduler.name} does not say how many tasks there are: set ${own} to their number`);
  }
  const least = scheduler.firstIn === undefined || set(scheduler.firstIn) === undefined ? scheduler.first : undefined;
  const first = least ?? whole(scheduler.firstIn as string, 0);
  // Where the last task is told and not the number of tasks.
  const ends = countIn === "SGE_TASK_LAST" || countIn === "LSB_JOBINDEX_END";
  const count = whole(countIn, 1) - (ends ? first - 1 : 0);
  const index = whole(scheduler.index, 0) - first + 1;
  if (index >= 1 && index <= count) return { index, count };
  throw refused(`${scheduler.index}=${set(scheduler.index)} is not one of the ${count} tasks from ${first} on`);
}

function refused(message: string): CfalignError {
  return new CfalignError("usage", `--shard auto: ${message}`, { where: "--shard" });
}

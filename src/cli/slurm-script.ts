/** A run in shards on Slurm. */
export interface SlurmRun {
  /** The program and its first arguments, such as node and the file of the command line. */
  readonly program: readonly string[];
  /** Arguments of `align` but for the shard, the folder of the run and the listing. */
  readonly align: readonly string[];
  /** Folder of the merged run; those of the shards lie beside it. */
  readonly out: string;
  readonly shards: number;
  /** Shards to run first, all or what is missing; none when only the merge is. */
  readonly tasks: readonly number[];
  /** Options for every sbatch. */
  readonly sbatch: readonly string[];
}

/** Folder of the shards' runs. */
export function shardsFolder(out: string): string {
  return `${out}.shards`;
}

/** Folder of what the jobs print, and of the list of images that they share. */
export function jobsFolder(out: string): string {
  return `${out}.jobs`;
}

/**
 * A shell script that submits the jobs of a run, each once the one before it succeeded: the list of images, an array with a task a
 * shard, how far the shards have to look further, an array that does it, the merge, and the report. It prints the jobs' numbers.
 */
export function slurmScript({ program, align, out, shards, tasks, sbatch }: SlurmRun): string {
  const cfalign = (...argv: readonly string[]): string => shellWords([...program, ...argv]);
  const listing = `${jobsFolder(out)}/listing.json`;
  const aligned = ["align", ...align, "--listing", listing];
  // The task's number is for the job's own shell.
  const task = `${cfalign(...aligned)} --shard "$SLURM_ARRAY_TASK_ID/${shards}" --out ${shellWord(`${shardsFolder(out)}/`)}"$SLURM_ARRAY_TASK_ID"`;
  const runs = Array.from({ length: shards }, (_, place) => `${shardsFolder(out)}/${place + 1}`);
  const jobs: readonly Job[] = [
    ...(tasks.length === 0
      ? []
      : [
          { name: "list", script: cfalign(...aligned, "--listing-only") },
          { name: "align", script: task, tasks },
        ]),
    { name: "share", script: cfalign("merge", ...runs, "--further") },
    { name: "further", script: task, tasks: Array.from({ length: shards }, (_, place) => place + 1) },
    { name: "merge", script: cfalign("merge", ...runs, "--out", out) },
    { name: "report", script: cfalign("report", out) },
  ];
  const lines = jobs.map((job, place) => {
    // A percent sign in a folder's name is none of sbatch's.
    const folder = jobsFolder(out).replaceAll("%", "%%");
    const words = [
      `--job-name=cfalign-${job.name}`,
      `--output=${folder}/${job.name}-${job.tasks === undefined ? "%j" : "%A_%a"}.txt`,
      ...(job.tasks === undefined ? [] : [`--array=${ranges(job.tasks)}`]),
      ...sbatch,
      `--wrap=${job.script}`,
    ];
    const before = jobs[place - 1];
    const after = before === undefined ? "" : ` --dependency="afterok:$${before.name}"`;
    return `${job.name}=$(sbatch --parsable --kill-on-invalid-dep=yes${after} ${shellWords(words)})`;
  });
  return [
    "#!/bin/sh",
    "set -eu",
    shellWords(["mkdir", "-p", jobsFolder(out), shardsFolder(out)]),
    ...lines,
    `echo "${jobs.map(({ name }) => `${name}=$${name}`).join(" ")}"`,
    "",
  ].join("\n");
}

interface Job {
  readonly name: string;
  readonly script: string;
  /** Tasks of an array. */
  readonly tasks?: readonly number[];
}

/** "1-3,7" for ascending numbers. */
function ranges(numbers: readonly number[]): string {
  const found: { readonly first: number; last: number }[] = [];
  for (const number of numbers) {
    const open = found.at(-1);
    if (open !== undefined && open.last === number - 1) open.last = number;
    else found.push({ first: number, last: number });
  }
  return found.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`)).join(",");
}

/** Words as a POSIX shell reads them, whatever is in them. */
export function shellWords(words: readonly string[]): string {
  return words.map(shellWord).join(" ");
}

function shellWord(word: string): string {
  // A word with = before a slash or at the start could be taken for an assignment, ~ for a home folder: only plain ones go unquoted.
  return /^[\w./:,+@-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

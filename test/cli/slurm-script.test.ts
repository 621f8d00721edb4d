import { execFileSync } from "node:child_process";
import { chmod, mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { type SlurmRun, shellWords, slurmScript } from "../../src/cli/slurm-script.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "cfalign-slurm-"));
  // Stands where sbatch would be: writes down what it was called with, and runs the job as task 2.
  const sbatch = join(folder, "sbatch");
  const recorder = `#!${process.execPath}
const { appendFileSync } = require("node:fs");
const { execFileSync } = require("node:child_process");
const argv = process.argv.slice(2);
const wrap = argv.find((word) => word.startsWith("--wrap=")).slice(7);
const env = { ...process.env, SLURM_ARRAY_TASK_ID: "2" };
const ran = JSON.parse(execFileSync("sh", ["-c", wrap], { env, encoding: "utf8" }));
appendFileSync(process.env.RECORD, JSON.stringify({ argv, ran }) + "\\n");
process.stdout.write(require("node:fs").readFileSync(process.env.RECORD, "utf8").split("\\n").length - 1 + "\\n");
`;
  await writeFile(sbatch, recorder.replaceAll('require("', 'process.getBuiltinModule("'));
  await chmod(sbatch, 0o755);
});

test("a shell reads the words that it was given, whatever is in them", () => {
  const word = fc
    .string({ unit: "binary", maxLength: 12 })
    .filter((text) => !text.includes("\0") && !/\p{Surrogate}/u.test(text));
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), (words) => {
      const read = execFileSync("sh", ["-c", `printf '%s\\0' ${shellWords(words)}`], { encoding: "utf8" });
      expect(read.split("\0").slice(0, -1)).toEqual(words);
    }),
    { numRuns: 60, examples: [[["$(touch x)", "`id`", "a'b", '"', "~", "-n", "a\nb", "", "é %j \\"]]] },
  );
});

test("the jobs follow each other, an array with a task a shard, and the script says what it does", () => {
  const script = slurmScript({
    program: ["cfalign"],
    align: ["faces", "--base", "all"],
    out: "runs/all",
    shards: 3,
    tasks: [1, 2, 3],
    sbatch: ["--partition=long"],
  });
  expect(script).toBe(`#!/bin/sh
set -eu
mkdir -p runs/all.jobs runs/all.shards
list=$(sbatch --parsable --kill-on-invalid-dep=yes '--job-name=cfalign-list' '--output=runs/all.jobs/list-%j.txt' '--partition=long' '--wrap=cfalign align faces --base all --listing runs/all.jobs/listing.json --listing-only')
align=$(sbatch --parsable --kill-on-invalid-dep=yes --dependency="afterok:$list" '--job-name=cfalign-align' '--output=runs/all.jobs/align-%A_%a.txt' '--array=1-3' '--partition=long' '--wrap=cfalign align faces --base all --listing runs/all.jobs/listing.json --shard "$SLURM_ARRAY_TASK_ID/3" --out runs/all.shards/"$SLURM_ARRAY_TASK_ID"')
share=$(sbatch --parsable --kill-on-invalid-dep=yes --dependency="afterok:$align" '--job-name=cfalign-share' '--output=runs/all.jobs/share-%j.txt' '--partition=long' '--wrap=cfalign merge runs/all.shards/1 runs/all.shards/2 runs/all.shards/3 --further')
further=$(sbatch --parsable --kill-on-invalid-dep=yes --dependency="afterok:$share" '--job-name=cfalign-further' '--output=runs/all.jobs/further-%A_%a.txt' '--array=1-3' '--partition=long' '--wrap=cfalign align faces --base all --listing runs/all.jobs/listing.json --shard "$SLURM_ARRAY_TASK_ID/3" --out runs/all.shards/"$SLURM_ARRAY_TASK_ID"')
merge=$(sbatch --parsable --kill-on-invalid-dep=yes --dependency="afterok:$further" '--job-name=cfalign-merge' '--output=runs/all.jobs/merge-%j.txt' '--partition=long' '--wrap=cfalign merge runs/all.shards/1 runs/all.shards/2 runs/all.shards/3 --out runs/all')
report=$(sbatch --parsable --kill-on-invalid-dep=yes --dependency="afterok:$merge" '--job-name=cfalign-report' '--output=runs/all.jobs/report-%j.txt' '--partition=long' '--wrap=cfalign report runs/all')
echo "list=$list align=$align share=$share further=$further merge=$merge report=$report"
`);
});

/** Runs a script in the folder; what its jobs were submitted with and ran as. */
async function recorded(run: Omit<SlurmRun, "program">, name: string) {
  const program = [process.execPath, "-e", "console.log(JSON.stringify(process.argv.slice(1)))", "--"];
  const record = join(folder, name);
  const env = { ...process.env, PATH: `${folder}:${process.env.PATH}`, RECORD: record };
  const said = execFileSync("sh", ["-c", slurmScript({ ...run, program })], { cwd: folder, env, encoding: "utf8" });
  const lines = (await readFile(record, "utf8")).trim().split("\n");
  const jobs = lines.map((line) => JSON.parse(line) as { readonly argv: string[]; readonly ran: string[] });
  return { said, jobs };
}

test("hostile names reach the jobs as they are, and nothing in them runs", async () => {
  const hostile = `it's $(touch harmed) "a b" 50%j;\`touch harmed\``;
  const out = `runs ${hostile}`.replaceAll("/", "");
  const { said, jobs } = await recorded(
    { align: [hostile, "--base", "~"], out, shards: 2, tasks: [1, 2], sbatch: [`--comment=${hostile}`] },
    "hostile.jsonl",
  );
  expect(said).toBe("list=1 align=2 share=3 further=4 merge=5 report=6\n");
  const listing = `${out}.jobs/listing.json`;
  const aligned = ["align", hostile, "--base", "~", "--listing", listing];
  const runs = [`${out}.shards/1`, `${out}.shards/2`];
  expect(jobs.map(({ ran }) => ran)).toEqual([
    [...aligned, "--listing-only"],
    [...aligned, "--shard", "2/2", "--out", `${out}.shards/2`],
    ["merge", ...runs, "--further"],
    [...aligned, "--shard", "2/2", "--out", `${out}.shards/2`],
    ["merge", ...runs, "--out", out],
    ["report", out],
  ]);
  expect(jobs[0]?.argv).toContain(`--comment=${hostile}`);
  expect(jobs[0]?.argv).toContain(`--output=${`${out}.jobs`.replaceAll("%", "%%")}/list-%j.txt`);
  expect(await readdir(folder)).not.toContain("harmed");
});

test("what is missing is an array of its numbers, and nothing but the merge where all are there", async () => {
  const run = { align: ["faces"], out: "part", shards: 9, sbatch: [] };
  const some = await recorded({ ...run, tasks: [2, 3, 4, 7] }, "some.jsonl");
  expect(some.jobs[1]?.argv).toContain("--array=2-4,7");
  expect(some.jobs[3]?.argv).toContain("--array=1-9");
  const none = await recorded({ ...run, tasks: [] }, "none.jsonl");
  expect(none.said).toBe("share=1 further=2 merge=3 report=4\n");
  expect(none.jobs[0]?.argv.some((word) => word.startsWith("--dependency"))).toBe(false);
});

import { Command } from "commander";
import { CfalignError } from "../../base/errors.ts";
import type { Classifier, Workspace } from "../../index.ts";
import { computeOptionTable, ownRunOptionTable, runOptionTable } from "../../options/run.ts";
import { type Context, required } from "../context.ts";
import { sayDecompositionCost } from "../decomposition-cost.ts";
import { sayDifferencesCost } from "../differences-cost.ts";
import { expectationsOf, expectHelp } from "../expectations.ts";
import { findingsText } from "../findings-text.ts";
import { addFlags, givenOptions, type ParsedFlags } from "../flags.ts";
import { shardOf } from "../numbers.ts";
import { addWorkspaceOption, defined, type WorkspaceFlags } from "../options.ts";
import { resolutionText } from "../resolution-text.ts";
import { runWithProgress } from "../run-progress.ts";
import type { alignOutput, listingOutput } from "../schemas.ts";
import { deviceOfRun, imagesOf, ownClassifiers, workspaceOf } from "../workspace.ts";

interface Flags extends WorkspaceFlags {
  readonly base?: string;
  readonly downstream?: string;
  readonly shard?: { readonly index: number; readonly count: number };
  readonly listing?: string;
  readonly listingOnly?: true;
  readonly positive?: string;
  readonly concepts?: string;
  readonly out?: string;
  readonly expect?: string;
}

/** `cfalign align`: counterfactuals of a folder of images, shown to every downstream classifier. */
export function alignCommand(context: Context): Command {
  const command = new Command("align")
    .description("make counterfactuals of a folder of images and show them to every downstream classifier")
    .argument("[folder]", "images (the workspace's own when absent)")
    .option("--base <list>", "classifiers to lower: names or expressions after commas, or all (all but probes)")
    .option("--downstream <list>", "classifiers to watch (all)");
  addFlags(command, runOptionTable, ["limit"]).option(
    "--shard <i/n>",
    "only the i-th of n parts, auto inside an array job; see merge",
    shardOf,
  );
  command
    .option(
      "--listing <file>",
      "list of the folder's images: read where it is there, else written, so that shards hash once",
    )
    .option("--listing-only", "write --listing and stop");
  addFlags(command, runOptionTable, ["keepImages", "select", "minPrediction"]).option(
    "--positive <expr>",
    "classifier that decides which images are positive (a sum's first term)",
  );
  addFlags(command, runOptionTable, ["seed", "robustness", "untilResolved", "decompose"]).option(
    "--concepts <list>",
    "classifiers to decompose into (the downstream ones)",
  );
  addFlags(command, ownRunOptionTable).option(
    "--out <folder>",
    "run folder; an unfinished run there is resumed (a new one below runs/)",
  );
  command.option("--expect <file>", expectHelp);
  addFlags(command, computeOptionTable);
  return addFlags(addWorkspaceOption(command), runOptionTable)
    .addHelpText(
      "after",
      `
Examples:
  cfalign align
  cfalign align faces --base smiling --out runs/smiling
  cfalign align --workspace cartoon-faces faces --base all --limit 60 --out runs/all
  cfalign align faces --base all --until-resolved --out runs/resolved
  cfalign align faces --base "smiling + 0.3*arched_eyebrows" --downstream all --out runs/induced`,
    )
    .action((folder: string | undefined, flags: Flags & ParsedFlags) =>
      flags.listingOnly ? writeListing(context, folder, flags) : align(context, folder, flags),
    );
}

async function align(context: Context, folder: string | undefined, flags: Flags & ParsedFlags): Promise<void> {
  const { nextRun } = await context.library();
  // Shards choose apart, and would each take a run of their own.
  const out =
    flags.shard === undefined
      ? (flags.out ?? (await nextRun()))
      : required(flags.out, "--out", "a run folder for this shard");
  const device = await deviceOfRun(context, out, flags.device);
  await using workspace = await workspaceOf(context, { ...flags, ...defined({ device }) });
  const images = imagesOf(workspace, folder);
  const { positive, concepts, shard, listing } = flags;
  const roles = await rolesOf(context, images, { ...flags, workspace });
  const options = {
    workspace,
    ...roles,
    out,
    ...defined({ shard, listing }),
    ...(positive === undefined ? {} : { positive: workspace.classifier(positive) }),
    // Naming concepts asks for a decomposition.
    ...(concepts === undefined ? {} : { concepts: workspace.classifiers(concepts), decompose: {} }),
    ...givenOptions(runOptionTable, flags),
    workers: null,
    ...givenOptions(computeOptionTable, flags),
  };
  const { findings, matrixOnCores, namesOfRun, openRun, summarize } = await context.library();
  // Before the work: a typing mistake is not worth a run.
  const expected = await expectationsOf(context, namesOfRun(options), flags.expect);
  await sayDifferencesCost(context, workspace, options.bases);
  if (options.decompose !== undefined) await sayDecompositionCost(context, images, options);
  if (flags.out === undefined) context.output.say(`run: ${out}`);
  const summary = await runWithProgress(context, images, options).catch((error: unknown) => {
    throw flags.out === undefined ? withOut(error, out) : error;
  });
  context.output.text(`${summary.counterfactuals} counterfactuals of ${summary.images} images in ${out}`);
  const dropped = Object.entries(summary.dropped).map(([reason, count]) => `${count} ${reason}`);
  if (dropped.length > 0) context.output.text(`files that could not be used: ${dropped.join(", ")}`);
  if (summary.rows.length > 0) context.output.text(resolutionText(summary.rows));
  const run = await openRun(out);
  const matrix = await matrixOnCores(run);
  const found = findings(matrix, { expected });
  const said = summarize(run, matrix, found, { expected });
  context.output.text(`\n${findingsText(found, said, context.output)}\n\nnext: ${nextCommand(out, flags)}`);
  context.output.json<typeof alignOutput>({ ...summary, findings: found, summary: said });
}

/** Who is lowered and who watches. Without a word on it, of a file with very many targets those that pictures show. */
async function rolesOf(
  context: Context,
  images: string,
  {
    workspace,
    base,
    downstream,
  }: { readonly workspace: Workspace; readonly base?: string; readonly downstream?: string },
): Promise<{ readonly bases: readonly Classifier[]; readonly downstream: readonly Classifier[] }> {
  const watching = workspace.classifiers(downstream);
  if (base !== undefined) return { bases: workspace.classifiers(base), downstream: watching };
  const { shownTargets } = await context.library();
  const all = ownClassifiers(workspace);
  const { classifiers, notes } = await shownTargets(images, all, { workspace });
  for (const note of notes) context.output.say(`${note}: --base and --downstream name others`);
  // What is not lowered by itself is watched by all that is: probes, and files with few targets.
  const names = new Set(all.filter((own) => !classifiers.includes(own)).map(({ name }) => name));
  return {
    bases: classifiers,
    downstream: downstream === undefined ? watching.filter(({ name }) => !names.has(name)) : watching,
  };
}

/** `--listing-only`: what all shards can read, before the first of them begins. */
async function writeListing(context: Context, folder: string | undefined, flags: Flags & ParsedFlags): Promise<void> {
  const path = required(flags.listing, "--listing", "a file to write");
  const { seed = runOptionTable.seed.default } = givenOptions(runOptionTable, flags);
  const { sharedListing } = await context.library();
  using display = context.progress("reading");
  const images = folder ?? (await workspaceImages(context, flags.workspace));
  const { rows } = await sharedListing(images, {
    seed,
    path,
    progress: (done, total) => display.update({ done, total }),
  });
  context.output.text(`${rows.length} files in ${path}`);
  context.output.json<typeof listingOutput>({ listing: path, images: rows.length });
}

async function workspaceImages(context: Context, given: string | undefined): Promise<string> {
  await using workspace = await workspaceOf(context, defined({ workspace: given }));
  return imagesOf(workspace, undefined);
}

/** The same command again would begin a new run: what to add for the one that was interrupted. */
function withOut(error: unknown, out: string): unknown {
  if (!(error instanceof CfalignError) || error.code !== "interrupted") return error;
  return new CfalignError(
    "interrupted",
    `interrupted: run the same command with --out ${quotedPath(out)} to go on, without it to begin anew`,
    { where: out, cause: error },
  );
}

/** What to do with the run: a shard is put together with the others first. */
function nextCommand(out: string, { shard, expect }: Flags): string {
  return shard === undefined || shard.count === 1
    ? `cfalign report ${quotedPath(out)}${expect === undefined ? "" : ` --expect ${quotedPath(expect)}`}`
    : `cfalign merge ${quotedPath(out)} and the other ${shard.count - 1} of ${shard.count} shards --out RUN; these findings are of this shard alone`;
}

function quotedPath(path: string): string {
  return /^[\w./:@%+-]+$/.test(path) ? path : JSON.stringify(path);
}

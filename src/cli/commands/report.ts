import { Command } from "commander";
import { platform } from "#platform";
import { CfalignError } from "../../base/errors.ts";
import type { Finding, OpenRun, ReportOptions, Summary, WrittenReport } from "../../index.ts";
import { type SaliencyMethod, saliencyMethods } from "../../options/run.ts";
import { badge } from "../badge.ts";
import type { Context } from "../context.ts";
import { expectationsOf, expectHelp } from "../expectations.ts";
import { findingsMarkdown } from "../findings-markdown.ts";
import { modelCard } from "../model-card.ts";
import { numberBetween, wholeNumber } from "../numbers.ts";
import {
  addStatisticsOptions,
  addWorkspaceOption,
  defined,
  repeated,
  type StatisticsFlags,
  statisticsFlags,
  type WorkspaceFlags,
} from "../options.ts";
import type { JsonOf } from "../output.ts";
import { runOf } from "../run-of.ts";
import type { reportOutput, summaryOutput } from "../schemas.ts";
import { noteUnfinished } from "../unfinished.ts";
import { workspaceOf } from "../workspace.ts";

interface Flags extends StatisticsFlags, WorkspaceFlags {
  readonly out?: string;
  readonly maxSize: number;
  readonly format: "html" | "onepage" | "markdown" | "model-card" | "badge" | "json";
  readonly embed?: boolean;
  readonly expect?: string;
  readonly saliency?: SaliencyMethod;
  readonly saliencyImages?: number;
  readonly live?: string;
  readonly json?: boolean;
  readonly against?: string;
  readonly map?: readonly string[];
}

/** `cfalign report`: a run, a rectification, or what changed between two runs, as one HTML file. */
export function reportCommand(context: Context): Command {
  const command = new Command("report")
    .description("write a run, a rectification, or a comparison of two runs as one HTML file that opens offline")
    .argument(
      "[run]",
      "run folder, run saved by the live page, folder of a rectification, or its rectification.json (the newest run below runs/)",
    )
    .option("--against <run>", "a later run: what it removed and introduced, as cfalign diff says it")
    .option(
      "--map <old=new>",
      "with --against: a classifier's name in the first run and in the second; may be repeated",
      repeated,
    )
    .option(
      "--out <file>",
      "where it goes (in the folder: report.html, onepage.html, rectification.html or diff.html; stdout for a summary)",
    )
    .option("--embed", "a fragment of HTML for a notebook, or a page of your own (in the folder: report.fragment.html)")
    .option("--expect <file>", expectHelp)
    .option(
      "--max-size <MB>",
      "pictures are left out beyond it",
      numberBetween(1, 1000, "a number from 1 to 1000"),
      15,
    );
  command.addOption(
    command
      .createOption(
        "--format <format>",
        "the page, its verdict on one page to print, or what it finds as a summary: Markdown for a pull request, a section of a model card, a badge (SVG), JSON",
      )
      .choices(["html", "onepage", "markdown", "model-card", "badge", "json"])
      .default("html"),
  );
  command.addOption(
    command
      .createOption(
        "--saliency <method>",
        "also show which pixels base and downstream depend on, by the models of the run (--workspace)",
      )
      .choices([...saliencyMethods]),
  );
  command.option("--saliency-images <count>", "counterfactuals per base with such maps (4)", wholeNumber(1));
  command.option(
    "--live <folder>",
    "write the report into a folder beside the live page with the run's models and pictures, for any static host: its pictures get the slider (--workspace)",
  );
  return addStatisticsOptions(addWorkspaceOption(command))
    .addHelpText(
      "after",
      `
A folder that holds a run and a rectification gives the report of the run; name rectification.json to see the other.

Examples:
  cfalign report
  cfalign report runs/faces
  cfalign report runs/faces --out audit.html --max-size 5 --min-effect 0.2
  cfalign report runs/faces --format onepage
  cfalign report runs/faces --format markdown >> "$GITHUB_STEP_SUMMARY"
  cfalign report runs/faces --format model-card --out CARD.md
  cfalign report runs/faces --format badge --out runs/faces/badge.svg
  cfalign report runs/faces --expect expected.txt
  cfalign report runs/faces --embed
  cfalign report runs/faces --saliency input-gradients --workspace cartoon-faces
  cfalign report runs/faces --live public --workspace cartoon-faces
  cfalign report runs/rectified
  cfalign report runs/released --against runs/new
  cfalign report runs/erm --against runs/jtt --map erm=jtt --out what-jtt-removed.html`,
    )
    .action((given: string | undefined, flags: Flags) => report(context, given, flags));
}

async function report(context: Context, given: string | undefined, flags: Flags): Promise<void> {
  assertAsked(flags);
  const path = await runOf(context, given);
  if (flags.format !== "html" && flags.format !== "onepage") return writeSummary(context, path, flags);
  if (flags.against !== undefined && flags.expect !== undefined) {
    throw new CfalignError("usage", "--expect is about the findings of one run, not --against", {
      where: "--expect",
    });
  }
  const written: Written = await (flags.against === undefined
    ? writeOne(context, path, flags)
    : writeComparison(context, path, flags.against, flags));
  const maps = written.mapped > 0 ? `, ${written.mapped} of them with saliency maps` : "";
  const pictures = written.pictures > 0 ? `, ${written.pictures} counterfactuals to look at${maps}` : "";
  context.output.text(`report: ${written.path} (${(written.bytes / 1e6).toFixed(1)} MB${pictures})`);
  if (written.omittedPictures > 0) {
    context.output.say(`${written.omittedPictures} kept counterfactuals did not fit: allow more with --max-size`);
  }
  context.output.json<typeof reportOutput>({ findings: null, summary: null, ...written });
}

/** A page, and what the run in it says. */
type Written = WrittenReport & { readonly findings?: readonly Finding[]; readonly summary?: Summary };

/** A run where there is one, else a rectification. */
async function writeOne(context: Context, path: string, flags: Flags): Promise<Written> {
  if (flags.map !== undefined) {
    throw new CfalignError("usage", "--map: expected --against with a run, got none", { where: "--map" });
  }
  const library = await context.library();
  const { findings, isRun, matrixOnCores, openRun, rectificationIn, summarize } = library;
  const { writeRectificationReport, writeReport } = library;
  const rectification = await rectificationIn(path);
  if (rectification !== undefined && !(await isRun(path))) {
    if (flags.format === "onepage") throw onlyOfRuns("a rectification");
    if (flags.saliency !== undefined) throw noMaps("of a run, and this is a rectification");
    return writeRectificationReport(path, pageOptions(flags));
  }
  const run = await openRun(path);
  noteUnfinished(context.output, [run]);
  const matrix = await matrixOnCores(run, statisticsFlags(flags));
  const expected = await expectationsOf(context, run, flags.expect);
  const found = findings(matrix, { expected });
  const live = flags.live === undefined ? {} : await writeLive(context, run, { ...flags, live: flags.live });
  const report = await withMaps(context, flags, (saliency) =>
    writeReport(run, {
      matrix,
      findings: found,
      expected,
      layout: layoutOf(flags),
      ...saliency,
      ...pageOptions(flags),
      ...live,
    }),
  );
  if (rectification !== undefined) {
    context.output.say(`note: "${path}" also holds a rectification: cfalign report "${rectification}"`);
  }
  return { ...report, findings: found, summary: summarize(run, matrix, found, { expected }) };
}

/** Pictures of a run that a live page beside its report offers. */
const mostLivePictures = 1000;

/** Writes the live page with the models and pictures of a run below a folder; returns where its report goes, and its address from there. */
async function writeLive(
  context: Context,
  run: OpenRun,
  { live: folder, ...flags }: WorkspaceFlags & { readonly live: string },
): Promise<{ readonly out: string; readonly live: string }> {
  const { files } = platform;
  await requireModels(context, run, flags);
  const pictures = await livePictures(run);
  const { siteOf } = await import("../../serve/site.ts");
  const { writeSite } = await import("../../serve/write-site.ts");
  const { site } = await siteOf(flags.workspace, { isolate: true, webgpu: false, pictures });
  await writeSite(site, files.join(folder, "live"), "live");
  return { out: files.join(folder, "report.html"), live: "live/index.html" };
}

/** Refuses a workspace whose models say something else than the report. */
async function requireModels(context: Context, run: OpenRun, flags: WorkspaceFlags): Promise<void> {
  const { assertWorkspaceOf } = await import("../../index.ts");
  await using workspace = await workspaceOf(context, flags);
  assertWorkspaceOf(run, workspace);
}

/** A run's pictures where they were, to the byte: a run may be anybody's, and name any file of this machine. */
async function livePictures({ file, images }: OpenRun): Promise<readonly { name: string; path: string }[]> {
  const { files } = platform;
  const used = images.filter(({ dropReason }) => dropReason === null).slice(0, mostLivePictures);
  const pictures: { name: string; path: string }[] = [];
  for (const { image, sha256 } of used) {
    const path = files.join(file.images.folder, image);
    const isThere = await files.exists(path);
    if (!isThere || (await platform.sha256(await files.read(path))) !== sha256) {
      const found = isThere ? `other content in "${path}"` : `no "${path}"`;
      throw new CfalignError("input", `--live: expected the run's pictures where they were, found ${found}`, {
        where: path,
      });
    }
    pictures.push({ name: image, path });
  }
  return pictures;
}

function onlyOfRuns(got: string): CfalignError {
  return new CfalignError("usage", `--format: onepage is the verdict of one run, got ${got}`, { where: "--format" });
}

function layoutOf({ format }: Flags): NonNullable<ReportOptions["layout"]> {
  return format === "onepage" ? "onepage" : "report";
}

function noMaps(why: string): CfalignError {
  return new CfalignError("usage", `--saliency: maps are ${why}`, { where: "--saliency" });
}

/** Refuses what would be ignored. */
function assertAsked(flags: Flags): void {
  const { saliency, against, format } = flags;
  if (format === "onepage" && against !== undefined) throw onlyOfRuns("--against");
  if (flags.live !== undefined) {
    const refused =
      against !== undefined
        ? "of one run, not --against"
        : format !== "html"
          ? "the page, not a summary"
          : flags.embed
            ? "a folder, not a fragment"
            : flags.out !== undefined
              ? "the folder that the report goes to: leave --out away"
              : undefined;
    if (refused !== undefined) throw new CfalignError("usage", `--live: it is ${refused}`, { where: "--live" });
  }
  if (saliency !== undefined) {
    if (against !== undefined) throw noMaps("of one run, not --against");
    if (format !== "html") throw noMaps("shown by the page, not by a summary");
    return;
  }
  for (const option of ["saliencyImages", "workspace", "device"] as const) {
    if (flags[option] === undefined || (option === "workspace" && flags.live !== undefined)) continue;
    const flag = `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    throw new CfalignError("usage", `${flag}: expected --saliency with a method, got none`, { where: flag });
  }
}

/** Writes a report with the models at hand that maps need, where they are asked for. */
async function withMaps<T>(
  context: Context,
  flags: Flags,
  write: (options: Pick<ReportOptions, "saliency">) => Promise<T>,
): Promise<T> {
  const { saliency: method, saliencyImages: images } = flags;
  if (method === undefined) return write({});
  await using workspace = await workspaceOf(context, flags);
  using display = context.progress("saliency maps");
  const progress = (done: number, total: number): void => display.update({ done, total });
  return await write({ saliency: { workspace, method, progress, ...defined({ images }) } });
}

/** What a run finds, without the page. */
async function writeSummary(context: Context, path: string, flags: Flags): Promise<void> {
  const refused = (option: string, why: string): CfalignError =>
    new CfalignError("usage", `${option}: --format ${flags.format} is ${why}`, { where: option });
  if (flags.against !== undefined) throw refused("--against", "about one run: cfalign diff compares two");
  if (flags.embed) throw refused("--embed", "no page");
  if (flags.json && flags.format !== "json") throw refused("--json", "no JSON");
  const { findings, matrixOnCores, openRun, summarize } = await context.library();
  const run = await openRun(path);
  noteUnfinished(context.output, [run]);
  const matrix = await matrixOnCores(run, statisticsFlags(flags));
  const expected = await expectationsOf(context, run, flags.expect);
  const found = findings(matrix, { expected });
  const summary = summarize(run, matrix, found, { expected });
  const { files } = platform;
  const title = files.basename(files.resolve(run.path));
  const { versions, images, autoencoder, models } = run.file;
  const provenance = { versions, imageList: images.hash, models: [autoencoder, ...models] };
  const said = { title, findings: found, summary, provenance } satisfies JsonOf<typeof summaryOutput>;
  const about = {
    ...{ title, images: files.basename(run.file.images.folder), provenance: provenanceText(provenance) },
    report: "report.html",
  };
  const texts = {
    json: () => `${JSON.stringify(said, null, 2)}\n`,
    "model-card": () => modelCard(matrix, summary, about),
    badge: () => badge(matrix, about),
    markdown: () => findingsMarkdown(found, summary, about),
  };
  const text = texts[flags.format as keyof typeof texts]();
  if (flags.out === undefined) context.output.raw(text);
  else {
    await files.makeDirectory(files.dirname(flags.out));
    await files.write(flags.out, text);
    context.output.say(`summary: ${flags.out}`);
  }
}

/** "cfalign 0.1.0, images 0123456789ab, models faces 0123456789ab, …": hashes as far as they are needed to compare two summaries. */
function provenanceText({ versions, imageList, models }: JsonOf<typeof summaryOutput>["provenance"]): string {
  const short = (hash: string): string => hash.slice(0, 12);
  const named = models.map(({ name, hash }) => `${name} ${short(hash)}`).join(", ");
  return `cfalign ${versions.cfalign}; images ${short(imageList)}; models ${named}`;
}

async function writeComparison(context: Context, path: string, against: string, flags: Flags): Promise<WrittenReport> {
  const { diffRuns, openRun, writeDiffReport } = await context.library();
  const [before, after] = [await openRun(path), await openRun(against)];
  noteUnfinished(context.output, [before, after]);
  const diff = diffRuns(before, after, { ...statisticsFlags(flags), map: flags.map ?? [] });
  return writeDiffReport(before, after, { diff, ...pageOptions(flags) });
}

function pageOptions({ out, maxSize, embed = false }: Flags) {
  return { ...(out === undefined ? {} : { out }), maxSizeMb: maxSize, embed };
}

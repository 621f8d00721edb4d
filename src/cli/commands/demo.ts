import { Command } from "commander";
import type { ExpectedRelation, Finding } from "../../index.ts";
import { type AskedDevice, deviceOptionTable } from "../../options/device.ts";
import type { Context } from "../context.ts";
import { expectationsOf, expectHelp } from "../expectations.ts";
import { findingsText } from "../findings-text.ts";
import { addFlags } from "../flags.ts";
import { duration } from "../progress.ts";
import { runWithProgress } from "../run-progress.ts";
import type { demoOutput } from "../schemas.ts";

/** Pairs that go together in the demo's images, and that no classifier was taught to confuse. */
const innocentPairs = [
  { a: "eyeglasses", b: "beard", phi: 0.6 },
  { a: "lipstick", b: "earrings", phi: 0.6 },
];

interface Flags {
  readonly out: string;
  readonly device?: AskedDevice;
  readonly expect?: string;
}

/** `cfalign demo`: the built-in world from drawing to report. */
export function demoCommand(context: Context): Command {
  const command = new Command("demo")
    .description("audit classifiers with known biases on drawn faces, and write the report")
    .option("--out <folder>", "run folder", "runs/demo")
    .option("--expect <file>", expectHelp);
  return addFlags(command, deviceOptionTable)
    .addHelpText(
      "after",
      `
It draws 300 faces in which eyeglasses go with beards and lipstick with earrings, though no classifier was taught to
confuse them. Then it tests which features every classifier uses. Six of them have a planted bias. The autoencoder of this
world was trained with these features in view, which suits the method.

Examples:
  cfalign demo
  cfalign demo --out runs/first --json`,
    )
    .action((flags: Flags) => demo(context, flags));
}

async function demo(context: Context, { out, device, expect }: Flags): Promise<void> {
  const started = context.now();
  const faces = `${out}-faces`;
  const {
    alignmentMatrix,
    drawWorld,
    findings,
    matrixOnCores,
    namesOfRun,
    openRun,
    openWorkspace,
    summarize,
    writeReport,
    plantedBiases,
  } = await context.library();
  await drawWorld({ count: 300, seed: 7, correlate: innocentPairs, out: faces });
  let made = 0;
  let first: string | undefined;
  let expected: readonly ExpectedRelation[] = [];
  const workspace = await openWorkspace("cartoon-faces", { device, onFallback: context.output.say });
  try {
    context.output.say(`300 faces in ${faces}; asking ${workspace.classifiers().length} classifiers`);
    const bases = workspace.classifiers("all");
    expected = await expectationsOf(context, namesOfRun({ workspace, bases, out }), expect);
    made = (
      await runWithProgress(context, faces, {
        workspace,
        bases,
        downstream: workspace.classifiers("all"),
        limit: 60,
        decompose: {},
        saliency: { method: "input-gradients", images: 32 },
        workers: null,
        soFar(seen) {
          if (first !== undefined) return;
          first = findings(alignmentMatrix(seen), { expected }).find(({ group }) => group === "confirmed")?.sentence;
          if (first !== undefined) context.output.say(`so far, from ${seen.images.length} faces: ${first}`);
        },
        out,
      })
    ).counterfactuals;
  } finally {
    await workspace.dispose();
  }
  const run = await openRun(out);
  const matrix = await matrixOnCores(run);
  const found = findings(matrix, { expected });
  const report = await writeReport(run, { matrix, findings: found, expected });
  const seconds = (context.now() - started) / 1000;
  const summary = summarize(run, matrix, found, { expected });
  context.output.text(findingsText(found, summary, context.output));
  context.output.text(knownText(found, plantedBiases));
  context.output.text(`\nreport: ${report.path}\n${made} counterfactuals; took ${duration(seconds * 1000)}`);
  context.output.json<typeof demoOutput>({
    findings: found,
    summary,
    report: report.path,
    run: out,
    images: faces,
    counterfactuals: made,
    seconds,
  });
}

/** What is known of the demo's classifiers, held against what was found: the one place where cfalign can be wrong before everybody's eyes. */
function knownText(findings: readonly Finding[], planted: Readonly<Record<string, string>>): string {
  const relying = findings.filter(({ kind, group }) => kind === "relies-on" && group !== "rejected");
  const isPlanted = ({ base, downstream }: Finding): boolean => planted[base] === downstream;
  const named = (surely: boolean): string[] =>
    relying.flatMap((finding) => (isPlanted(finding) && (finding.group !== "open") === surely ? [finding.base] : []));
  const [sure, open] = [named(true), named(false)];
  const missed = Object.keys(planted).filter((name) => !sure.includes(name) && !open.includes(name));
  const others = relying.filter((finding) => !isPlanted(finding)).length;
  return [
    `Known answers: ${Object.keys(planted).length} classifiers were trained on a planted feature. Found: ${listed(sure)}.`,
    ...(open.length === 0 ? [] : [`Suspected: ${listed(open)}.`]),
    ...(missed.length === 0 ? [] : [`Missed: ${listed(missed)}.`]),
    others === 0 ? "Nothing else was named." : `${others} other ${others === 1 ? "was" : "were"} named.`,
  ].join(" ");
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? "none" : names.join(", ");
}

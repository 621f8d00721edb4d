import { Command, Option } from "commander";
import { platform } from "#platform";
import { CfalignError } from "../../base/errors.ts";
import type { FigureFormat, FigureKind, FigureView } from "../../index.ts";
import { type Context, optionError, required } from "../context.ts";
import { expectationsOf, expectHelp } from "../expectations.ts";
import { wholeNumber } from "../numbers.ts";
import { addStatisticsOptions, defined, type StatisticsFlags, statisticsFlags } from "../options.ts";
import type { figureOutput } from "../schemas.ts";
import { noteUnfinished } from "../unfinished.ts";

interface Flags extends StatisticsFlags {
  readonly out?: string;
  readonly width: string;
  readonly dpi: number;
  readonly base?: string;
  readonly image?: string;
  readonly view?: FigureView;
  readonly expect?: string;
}

const kinds = ["matrix", "intervals", "strip", "alignment", "counterfactual"] as const satisfies readonly FigureKind[];
const views = ["effect", "alignment"] as const satisfies readonly FigureView[];
const formats = ["svg", "png", "pdf"] as const satisfies readonly FigureFormat[];
/** Widths of journal columns in millimetres: Nature's, others differ by a few. */
const widths = { single: 89, double: 183 } as const;

/** `cfalign figure`: a figure of a run for a paper, of a column's width. */
export function figureCommand(context: Context): Command {
  const command = new Command("figure")
    .description("draw a figure of a run for a paper or a talk: SVG and PDF with their fonts inside, PNG at 300 dpi")
    .argument("<run>", "run folder")
    .addArgument(new Command().createArgument("<kind>", "what it shows, see below").choices([...kinds]))
    .option("--out <file>", "where it goes: a name that ends in .svg, .png or .pdf")
    .option(
      "--width <width>",
      `single (${widths.single} mm), double (${widths.double} mm), or millimetres from 30 to 400`,
      "double",
    )
    .option("--dpi <number>", "pixels per inch of a PNG", wholeNumber(72), 300)
    .option("--base <name>", "whose intervals or pictures (the base of the first finding)")
    .option("--image <name>", "which kept image (the one that shows the finding best)")
    .addOption(
      new Option(
        "--view <view>",
        "what matrix and intervals show: effects, where the run has some, or relative changes",
      ).choices([...views]),
    )
    .option("--expect <file>", expectHelp);
  return addStatisticsOptions(command)
    .addHelpText(
      "after",
      `
  matrix          the matrix, base by downstream, with the marks of its cells
  intervals       the row of one base with its intervals, largest first
  strip           one counterfactual as pictures: input, reconstruction, steps, counterfactual, difference
  alignment       the predictions on the way to it: those that move with the base, those that move against it
  counterfactual  input, reconstruction, counterfactual, difference, and below them the alignment plot

Examples:
  cfalign figure runs/faces matrix --out matrix.pdf
  cfalign figure runs/faces matrix --width single --out matrix.svg
  cfalign figure runs/faces counterfactual --base smiling-eyeglasses-95 --out example.pdf
  cfalign figure runs/faces intervals --base male --width 120 --dpi 600 --out male.png`,
    )
    .action(async (path: string, kind: (typeof kinds)[number], flags: Flags) => {
      const out = required(flags.out, "--out", "a file that ends in .svg, .png or .pdf");
      const format = formats.find((ending) => out.toLowerCase().endsWith(`.${ending}`));
      if (format === undefined) throw optionError("--out", "a file that ends in .svg, .png or .pdf", out);
      const width = widthOf(flags.width);
      refuseUnused(kind, flags);
      const { figureFile, findings, matrixOnCores, millimetres, openRun, runFigure } = await context.library();
      const run = await openRun(path);
      noteUnfinished(context.output, [run]);
      const matrix = await matrixOnCores(run, statisticsFlags(flags));
      const found = findings(matrix, { expected: await expectationsOf(context, run, flags.expect) });
      const { figure, base, image } = await runFigure(run, kind, {
        ...{ matrix, findings: found, width },
        ...defined({ base: flags.base, image: flags.image, view: flags.view }),
      });
      const bytes = await figureFile(figure, format, { dpi: flags.dpi });
      await platform.files.makeDirectory(platform.files.dirname(out));
      await platform.files.write(out, bytes);
      const size = { width: millimetres(figure.width), height: millimetres(figure.height) };
      const what = [base, image].filter((part) => part !== null).join(", ");
      context.output.text(`${kind}: ${out} (${size.width} × ${size.height} mm${what === "" ? "" : `; ${what}`})`);
      context.output.json<typeof figureOutput>({ path: out, kind, format, ...size, base, image, bytes: bytes.length });
    });
}

function widthOf(given: string): number {
  if (given === "single" || given === "double") return widths[given];
  const width = Number(given);
  if (!(width >= 30 && width <= 400))
    throw optionError("--width", "single, double, or millimetres from 30 to 400", given);
  return width;
}

/** An option that a kind would ignore is a misunderstanding. */
function refuseUnused(kind: (typeof kinds)[number], { base, image, view }: Flags): void {
  const refused = (option: string, what: string) =>
    new CfalignError("usage", `${option}: a figure of kind ${kind} shows ${what}`, { where: option });
  if (kind === "matrix" && base !== undefined) throw refused("--base", "every base");
  const ofCells = kind === "matrix" || kind === "intervals";
  if (ofCells && image !== undefined) throw refused("--image", "all images together");
  if (!ofCells && view !== undefined) throw refused("--view", "one counterfactual");
}

// Pictures of docs/results.md.

import * as Plot from "@observablehq/plot";
import { DOMParser } from "linkedom";
import { platform } from "#platform";
import { magnitudes } from "../../src/attribution/map-similarity.ts";
import { row } from "../../src/base/tensor.ts";
import {
  type Explanation,
  explain,
  explainBySaliency,
  openRun,
  type RectifiedTarget,
  readImage,
  saliencyMethods,
  type Workspace,
} from "../../src/index.ts";
import { alignmentFigure } from "../../src/pictures/alignment-figure.ts";
import { lightColours } from "../../src/pictures/alignment-plot.ts";
import { diverging } from "../../src/pictures/diverging.ts";
import { escapeXml, figureFont } from "../../src/pictures/figure.ts";
import { fullColour, overlay } from "../../src/pictures/saliency-map.ts";
import { drawStrip, type StripRow } from "../../src/pictures/strip.ts";
import { pngDataUri } from "../../src/pictures/svg.ts";
import { toPixels } from "../../src/platform/pixels.ts";
import type { Pixels } from "../../src/platform/platform.ts";
import { planted } from "../../src/world/factors.ts";
import type { Example, Folders, Measured } from "../../test/paper/measure.ts";

interface PictureContext {
  readonly workspace: Workspace;
  readonly folders: Pick<Folders, "faces" | "run">;
  /** Folder of the pictures. */
  readonly out: string;
}

interface Context extends PictureContext {
  readonly folders: Folders;
}

/** Draws every picture that the page shows into `out`. */
export async function drawPictures(measured: Measured, context: Context): Promise<void> {
  const { out } = context;
  await platform.files.makeDirectory(out);
  const write = writer(out);
  const { alignments, examples } = measured;
  const { bases, downstream, cells } = alignments;
  const value = new Map(cells.map((cell) => [`${cell.base}\n${cell.downstream}`, cell.mean]));
  const relativeChanges = bases.map((base) => downstream.map((name) => value.get(`${base}\n${name}`) ?? null));
  await write("alignment.png", await heatmap(relativeChanges, bases, downstream));
  await write("prediction-correlation.png", await heatmap(alignments.predictionCorrelation, bases, downstream));
  await write("label-correlation.png", await heatmap(alignments.labelCorrelation, bases, downstream));

  await drawWays(measured, context);
  const inverse = await explainedExample(examples.inverse, context, { base: examples.inverse.base });
  await write("inverse-strip.webp", await drawStrip([stripRow(inverse, examples.inverse.downstream)]));
  await write("inverse-plot.png", await plotOf(inverse, examples.inverse));
  await write("overlap.webp", await overlapFigure(measured, context));
  const without = await explainedExample(examples.induced, context, { base: "smiling" });
  const induced = await explainedExample(examples.induced, context, { base: examples.induced.base });
  await write(
    "induced-strip.webp",
    await drawStrip([without, induced].map((explained) => stripRow(explained, examples.induced.downstream))),
  );
  await write("induced-curve.png", await inducedCurve(measured));
  const repaired = measured.rectified.filter(({ verdict }) => verdict === "rectified");
  const shown = repaired[0] ?? measured.rectified[0];
  if (shown !== undefined) await write("rectified-strip.webp", await rectifiedStrip(shown, context));
  await write("learning-curves.png", await learningCurves(measured.rectified));
  await write("rectified-matrix.png", await beforeAndAfter(measured));
}

/** The example of Fig. 3 along Eq. 1, with its plot, and along a path. */
export async function drawWays({ examples: { aligned } }: Measured, context: PictureContext): Promise<void> {
  const write = writer(context.out);
  const [gradient, path] = await Promise.all(
    (["gradient", "path"] as const).map((direction) =>
      explainedExample(aligned, context, { base: aligned.base, direction }),
    ),
  );
  if (gradient === undefined || path === undefined) return;
  const rows = [gradient, path].map((explained) => stripRow(explained, aligned.downstream));
  await write("aligned-strip.webp", await drawStrip(rows));
  await write("aligned-plot.png", await plotOf(gradient, aligned));
}

function writer(out: string): (name: string, pixels: Pixels) => Promise<void> {
  return async (name, pixels) => {
    const format = name.endsWith(".webp") ? "webp" : "png";
    await platform.files.write(platform.files.join(out, name), await platform.encodeImage(pixels, format));
  };
}

async function latentScaleOf({ folders }: PictureContext): Promise<{ readonly latentScale?: number }> {
  const { latentScale } = (await openRun(folders.run)).file;
  return latentScale === null ? {} : { latentScale };
}

/** The counterfactual behind a picture, along the default direction unless another is named. */
async function explainedExample(
  { image }: Example,
  context: PictureContext,
  { base, ...direction }: { readonly base: string; readonly direction?: "gradient" | "path" },
): Promise<Explanation> {
  const { workspace, folders } = context;
  return explain(await readImage(platform.files.join(folders.faces, image)), {
    name: image,
    autoencoder: workspace.autoencoder,
    base: workspace.classifier(base),
    downstream: workspace.classifiers("all").filter(({ terms }) => terms[0]?.model.name === "attributes"),
    frames: 5,
    ...direction,
    ...(await latentScaleOf(context)),
  });
}

/** A counterfactual as a row of a strip that says what became of one downstream prediction. */
function stripRow({ base, image, kept, alignment }: Explanation, downstream: string): StripRow {
  const moved = alignment.find((one) => one.downstream === downstream);
  const along = kept.predictions[base] ?? [];
  return {
    title: `${image}: ${downstream} ${show(moved?.before)} → ${show(moved?.after)}`,
    base,
    input: { pixels: toPixels(kept.input) },
    frames: kept.shares.map((_, index) => ({
      pixels: toPixels(row(kept.frames, index)),
      ...(along[index] === undefined ? {} : { prediction: along[index] }),
    })),
  };
}

async function plotOf({ base, kept, alignment, lambda }: Explanation, example: Example): Promise<Pixels> {
  const figure = alignmentFigure(
    {
      base: { name: base, predictions: kept.predictions[base] ?? [] },
      downstream: alignment.map(({ downstream }) => ({
        name: downstream,
        predictions: kept.predictions[downstream] ?? [],
      })),
      shares: kept.shares,
      lambda,
    },
    { title: `Predictions as ${base} is lowered`, focus: example.downstream, width: 960, height: 260 },
  );
  return platform.renderSvg(figure.svg, figure);
}

/** Fig. 4: one face under two classifiers and three methods. */
async function overlapFigure({ overlap }: Measured, { workspace, folders }: Context): Promise<Pixels> {
  const run = await openRun(folders.run);
  // A face that both call positive, if there is one: on others there is little to see.
  const positive = (name: string): Set<string> =>
    new Set(run.predictions.filter((p) => p.classifier === name && p.reconstruction >= 0.5).map(({ image }) => image));
  const [first, second] = [positive(overlap.base), positive(overlap.downstream)];
  const image =
    run.images.find((one) => first.has(one.image) && second.has(one.image))?.image ?? (run.images[0]?.image as string);
  const pixels = await readImage(platform.files.join(folders.faces, image));
  const [side, gap, left, top] = [132, 8, 16, 4];
  const parts: string[] = [];
  for (const [line, name] of [overlap.base, overlap.downstream].entries()) {
    const classifier = workspace.classifier(name);
    const y = top + 20 + line * (side + 36);
    for (const [column, method] of saliencyMethods.entries()) {
      const { input, map, prediction } = await explainBySaliency(pixels, { name: image, classifier, method });
      const face = toPixels(input);
      const size = magnitudes(map);
      const place = (index: number): number => left + index * (side + gap);
      const picture = async (at: number, shown: Pixels): Promise<string> =>
        `<image x="${place(at)}" y="${y}" width="${side}" height="${side}" href="${await pngDataUri(shown)}"/>`;
      if (column === 0) {
        parts.push(
          await picture(0, face),
          `<text x="${left}" y="${y - 7}" font-weight="600">${escapeXml(name)} ${show(prediction)}</text>`,
        );
      }
      parts.push(
        await picture(column + 1, overlay(face, size, fullColour(size))),
        `<text x="${place(column + 1)}" y="${y - 7}" fill="#6b6863" font-size="10">${method}</text>`,
      );
    }
  }
  return render(left * 2 + 4 * side + 3 * gap, top + 2 * (side + 36), parts.join("\n"));
}

/** Fig. 5: RC to arched_eyebrows against its coefficient. */
async function inducedCurve({ induced }: Measured): Promise<Pixels> {
  const points = (["all images", "eyebrows arched"] as const).flatMap((of) =>
    induced.map(({ coefficient, cell }) => {
      const { mean, ci } = of === "all images" ? cell : cell.present;
      return { of, coefficient, mean, low: ci?.[0] ?? mean, high: ci?.[1] ?? mean };
    }),
  );
  const colour = { domain: ["eyebrows arched", "all images"], range: lightColours.lines.slice(0, 2) };
  return plotted(560, 300, {
    x: { label: "c in smiling + c·arched_eyebrows" },
    y: { label: "relative change of arched_eyebrows", grid: true },
    color: colour,
    marks: [
      Plot.ruleY([0], { stroke: lightColours.muted }),
      Plot.areaY(points, { x: "coefficient", y1: "low", y2: "high", fill: "of", fillOpacity: 0.15 }),
      Plot.lineY(points, { x: "coefficient", y: "mean", stroke: "of", strokeWidth: 2 }),
      Plot.dot(points, { x: "coefficient", y: "mean", fill: "of" }),
      Plot.text(
        points.filter(({ coefficient }) => coefficient === 1),
        { x: "coefficient", y: "mean", text: "of", fill: "of", dy: -13, dx: -6, textAnchor: "end" },
      ),
    ],
  });
}

/** Fig. 6: one face under a target and under its rectified form; of a few faces with the feature, the one that shows it best. */
async function rectifiedStrip({ target, rectified }: RectifiedTarget, context: Context): Promise<Pixels> {
  const { workspace, folders } = context;
  const feature = planted[target] as string;
  const run = await openRun(folders.run);
  const concept = target.slice(0, target.indexOf("-"));
  const candidates = run.images.filter(({ labels }) => labels[feature] === 1 && labels[concept] === 1).slice(0, 8);
  const pairs = [];
  for (const { image } of candidates) {
    const of = async (base: string): Promise<Explanation> =>
      explain(await readImage(platform.files.join(folders.faces, image)), {
        name: image,
        autoencoder: workspace.autoencoder,
        base: workspace.classifier(base),
        downstream: workspace.classifiers(feature),
        frames: 5,
        maxShift: 1,
        ...(await latentScaleOf(context)),
      });
    const pair = [await of(target), await of(rectified ?? target)] as const;
    const fell = Math.min(...pair.map(({ basePrediction: { before, after } }) => before - after));
    const [before = 0, after = 0] = pair.map(({ alignment: [moved] }) => (moved?.after ?? 0) - (moved?.before ?? 0));
    pairs.push({ pair, fell, contrast: Math.abs(before) - Math.abs(after) });
  }
  const moved = pairs.filter(({ fell }) => fell >= 0.3);
  const [best] = (moved.length > 0 ? moved : pairs).sort((a, b) => b.contrast - a.contrast);
  if (best === undefined) throw new Error(`no face of ${target} has ${feature}`);
  return drawStrip(best.pair.map((explained) => stripRow(explained, feature)));
}

const splits = ["train", "validation", "test"] as const;

/** Fig. 7a: mean RC to the feature at every look, for the three splits; the look that was taken is marked. */
async function learningCurves(results: readonly RectifiedTarget[]): Promise<Pixels> {
  const fitted = results.flatMap(({ target, descent }) => (descent === null ? [] : [{ target, descent }]));
  const points = fitted.flatMap(({ target, descent }) =>
    descent.checks.flatMap(({ step, splits: effects }) =>
      splits.flatMap((split) => {
        const mean = effects[split][0]?.all.mean ?? null;
        return mean === null ? [] : [{ target, step, split, mean }];
      }),
    ),
  );
  const chosen = fitted.map(({ target, descent }) => ({ target, step: descent.chosen }));
  return plotted(Math.max(560, 230 * fitted.length + 60), 280, {
    marginTop: 40,
    fx: { label: null, domain: fitted.map(({ target }) => target) },
    x: { label: "step" },
    y: { label: "mean relative change to the feature", grid: true },
    color: { domain: [...splits], range: lightColours.lines.slice(0, 3) },
    marks: [
      Plot.ruleY([0], { stroke: lightColours.muted }),
      Plot.ruleX(chosen, { fx: "target", x: "step", stroke: lightColours.lines[0] as string, strokeDasharray: "3,3" }),
      Plot.lineY(points, { fx: "target", x: "step", y: "mean", stroke: "split", strokeWidth: 1.8 }),
      Plot.dot(points, { fx: "target", x: "step", y: "mean", fill: "split", r: 2 }),
      ...splits.map((split, index) =>
        Plot.text([split], {
          fx: () => fitted.at(-1)?.target,
          frameAnchor: "top-right",
          dy: 13 * index,
          fill: lightColours.lines[index] as string,
          fontWeight: 600,
        }),
      ),
    ],
  });
}

/** Fig. 7b: rows of the targets on test, before and after. */
async function beforeAndAfter({ rectified, alignments }: Measured): Promise<Pixels> {
  const fitted = rectified.filter(({ cells }) => cells.length > 0);
  const columns = alignments.downstream;
  const rows = fitted.flatMap(({ target, cells }) =>
    (["before", "after"] as const).map((when) => ({
      name: when === "before" ? target : "after",
      values: columns.map((name) => cells.find(({ downstream }) => downstream === name)?.[when].all.mean ?? null),
    })),
  );
  return heatmap(
    rows.map(({ values }) => values),
    rows.map(({ name }, index) => `${name}${"\u200b".repeat(index)}`),
    columns,
  );
}

/** Values on a diverging scale that is full at ±1; null is drawn as missing. */
async function heatmap(
  values: readonly (readonly (number | null)[])[],
  rows: readonly string[],
  columns: readonly string[],
): Promise<Pixels> {
  const cells = rows.flatMap((base, i) =>
    columns.map((downstream, j) => ({ base, downstream, value: values[i]?.[j] ?? null })),
  );
  const [side, left, top] = [30, 210, 110];
  return plotted(left + columns.length * side + 60, top + rows.length * 22 + 16, {
    marginLeft: left,
    marginTop: top,
    marginBottom: 8,
    marginRight: 50,
    x: { domain: [...columns], axis: "top", tickRotate: -60, label: null, tickSize: 0, padding: 0.04 },
    y: { domain: [...rows], label: null, tickSize: 0, padding: 0.04 },
    marks: [
      Plot.cell(cells, {
        x: "downstream",
        y: "base",
        fill: ({ value }: { value: number | null }) => (value === null ? "#ffffff" : rgb(value)),
        stroke: "#e8e6e1",
      }),
      Plot.text(cells, {
        x: "downstream",
        y: "base",
        fontSize: 8.5,
        text: ({ value }: { value: number | null }) => (value === null ? "×" : short(value)),
        fill: ({ value }: { value: number | null }) => (Math.abs(value ?? 0) > 0.65 ? "#ffffff" : "#1d1c1a"),
      }),
    ],
  });
}

function rgb(value: number): string {
  return `rgb(${diverging(value).map(Math.round).join(",")})`;
}

/** Two decimals without the zero before the point. */
function short(value: number): string {
  return value.toFixed(2).replace("-", "−").replace("0.", ".").replace("−.00", ".00");
}

function show(value: number | undefined): string {
  return value === undefined ? "–" : value.toFixed(2).replace("-", "−");
}

async function plotted(width: number, height: number, options: Plot.PlotOptions): Promise<Pixels> {
  // An XML document writes its attributes escaped; an HTML document leaves "<" in them, which no SVG reader accepts.
  const document = new DOMParser().parseFromString("<svg/>", "image/svg+xml") as unknown as Document;
  const plot = Plot.plot({
    ...{ document, width, height },
    style: { background: "transparent", color: lightColours.ink, fontFamily: figureFont, fontSize: "10px" },
    ...options,
  });
  const svg = plot as unknown as SVGSVGElement;
  for (const style of svg.querySelectorAll("style")) style.remove();
  svg.removeAttribute("class");
  return render(width, height, svg.outerHTML);
}

/** Twice the size, so that small text stays sharp. */
function render(width: number, height: number, content: string): Promise<Pixels> {
  const times = 1.5;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${figureFont}" font-size="11" fill="#1d1c1a">
<rect width="${width}" height="${height}" fill="${lightColours.paper}"/>
${content}
</svg>`;
  return platform.renderSvg(svg, { width: Math.round(width * times), height: Math.round(height * times) });
}

import { platform } from "#platform";
import { row } from "../base/tensor.ts";
import { alignmentFigure } from "../pictures/alignment-figure.ts";
import { animate } from "../pictures/animation.ts";
import { drawStrip, type StripRow } from "../pictures/strip.ts";
import { toPixels } from "../platform/pixels.ts";
import type { Explanation } from "./explain.ts";
import { explanationJson } from "./json.ts";

/** A row of a strip: the whole traversal of one counterfactual. */
function stripRow({ base, kept, image }: Explanation): StripRow {
  const along = kept.predictions[base] ?? [];
  const frames = kept.shares.map((_, index) => ({
    pixels: toPixels(row(kept.frames, index)),
    ...(along[index] === undefined ? {} : { prediction: along[index] }),
  }));
  return { title: image, base, input: { pixels: toPixels(kept.input) }, frames };
}

/** Writes the traversals of several bases on one image one below the other, `<stem>.side-by-side.png`; returns the path. */
export async function writeSideBySide(
  explanations: readonly Explanation[],
  folder: string,
  stem: string,
): Promise<string> {
  const { files } = platform;
  const path = files.join(folder, `${stem}.side-by-side.png`);
  await files.makeDirectory(folder);
  await files.write(path, await platform.encodeImage(await drawStrip(explanations.map(stripRow)), "png"));
  return path;
}

/**
 * Writes an explanation's pictures into a folder: `<stem>.<base>.strip.png`, `.gif`, `.alignment.svg`,
 * `.alignment.png`, and what they show as `.json`. Returns the paths.
 */
export async function writeExplanation(explanation: Explanation, folder: string, stem: string): Promise<string[]> {
  const { files } = platform;
  const { base, kept, image, lambda } = explanation;
  const along = kept.predictions[base] ?? [];
  const shown = stripRow(explanation);
  const strip = await drawStrip([shown]);
  const figure = alignmentFigure(
    {
      base: { name: base, predictions: along },
      downstream: explanation.alignment.map(({ downstream }) => ({
        name: downstream,
        predictions: kept.predictions[downstream] ?? [],
      })),
      shares: kept.shares,
      lambda,
    },
    { title: `${image}: predictions as ${base} is lowered` },
  );
  const pictures: readonly (readonly [string, Uint8Array | string])[] = [
    ["strip.png", await platform.encodeImage(strip, "png")],
    ["gif", await animate(shown.frames, { base })],
    ["alignment.svg", figure.svg],
    ["alignment.png", await platform.encodeImage(await platform.renderSvg(figure.svg, figure), "png")],
    ["json", `${JSON.stringify(explanationJson(explanation), null, 2)}\n`],
  ];
  await files.makeDirectory(folder);
  const paths = pictures.map(([ending]) => files.join(folder, `${fileName(stem, base)}.${ending}`));
  for (const [index, [, data]] of pictures.entries()) await files.write(paths[index] as string, data);
  return paths;
}

/** Characters of a classifier's name that may not stand in a file name. */
const unsafe = /[^A-Za-z0-9_.-]+/g;

/** `<stem>.<classifier>`: how the files of one image and classifier begin. */
export function fileName(stem: string, classifier: string): string {
  return `${stem}.${classifier.replace(unsafe, "_")}`;
}

import { platform } from "#platform";
import { alignmentFigure } from "../pictures/alignment-figure.ts";
import { animate } from "../pictures/animation.ts";
import { drawStrip, type StripFrame } from "../pictures/strip.ts";
import { toPixels } from "../platform/pixels.ts";
import { row } from "../tensor.ts";
import type { Explanation } from "./explain.ts";
import { fileName } from "./file-name.ts";
import { explanationJson } from "./json.ts";

/**
 * Writes an explanation's pictures into a folder: `<stem>.<base>.strip.png`, `.gif`, `.alignment.svg`,
 * `.alignment.png`, and what they show as `.json`. Returns the paths.
 */
export async function writeExplanation(explanation: Explanation, folder: string, stem: string): Promise<string[]> {
  const { files } = platform;
  const { base, kept, image, lambda } = explanation;
  const along = kept.predictions[base] ?? [];
  const frames: StripFrame[] = kept.shares.map((_, index) => ({
    pixels: toPixels(row(kept.frames, index)),
    ...(along[index] === undefined ? {} : { prediction: along[index] }),
  }));
  const strip = await drawStrip([{ title: image, base, input: { pixels: toPixels(kept.input) }, frames }]);
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
    ["gif", await animate(frames, { base })],
    ["alignment.svg", figure.svg],
    ["alignment.png", await platform.encodeImage(await platform.renderSvg(figure.svg, figure), "png")],
    ["json", `${JSON.stringify(explanationJson(explanation), null, 2)}\n`],
  ];
  await files.makeDirectory(folder);
  const paths = pictures.map(([ending]) => files.join(folder, `${fileName(stem, base)}.${ending}`));
  for (const [index, [, data]] of pictures.entries()) await files.write(paths[index] as string, data);
  return paths;
}

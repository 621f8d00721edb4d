import { platform } from "#platform";
import { CfalignError } from "../../base/errors.ts";
import { suggestion } from "../../base/nearest-names.ts";
import type { Pixels } from "../../platform/platform.ts";
import type { KeptCounterfactual } from "../../results/kept.ts";
import { readKept, readSprite } from "../../results/kept-pictures.ts";
import type { Finding } from "../../results/matrix-schema.ts";
import type { OpenRun } from "../../results/open-run.ts";
import type { Alignment } from "../alignment-plot.ts";
import type { StripRow } from "../strip.ts";

/** Which kept counterfactual a figure shows. */
export interface PictureChoice {
  /** The base of the first finding by default. */
  readonly base?: string | undefined;
  /** Name of an image; by default the one whose base fell farthest, of those that show the finding best. */
  readonly image?: string | undefined;
}

/** A kept counterfactual with what is drawn of it. */
export interface FigurePicture {
  readonly base: string;
  readonly image: string;
  readonly strip: StripRow;
  readonly alignment: Alignment;
  /** Downstream classifier of the base's first finding. */
  readonly focus?: string;
}

/**
 * Reads the counterfactual that a figure shows. Errors: CfalignError("input") for a run that keeps none, and for a base or an image that
 * it does not keep, with the nearest names.
 */
export async function figurePicture(
  run: OpenRun,
  findings: readonly Finding[],
  choice: PictureChoice,
): Promise<FigurePicture> {
  const { pictures } = run;
  if (pictures.length === 0) {
    throw new CfalignError(
      "input",
      (named) => `the run keeps no pictures: align again with ${named("keepImages")} above 0`,
    );
  }
  const kept = new Set(pictures.map(({ base }) => base));
  const telling = findings.find(
    ({ kind, group, base }) => kind === "relies-on" && group !== "rejected" && kept.has(base),
  );
  const base = choice.base ?? telling?.base ?? (pictures[0]?.base as string);
  const ofBase = pictures.filter((picture) => picture.base === base);
  if (ofBase.length === 0) throw unknown("base", "pictures of base", base, [...kept]);
  const focus = findings.find((finding) => finding.base === base && finding.kind === "relies-on")?.downstream;
  const named = choice.image;
  const chosen = named === undefined ? ofBase : ofBase.filter(({ image }) => image === named);
  if (chosen.length === 0) {
    throw unknown(
      "image",
      `pictures of base "${base}" on image`,
      named as string,
      ofBase.map(({ image }) => image),
    );
  }
  const read = await Promise.all(chosen.map((picture) => readKept(run.path, picture)));
  const shown = read.reduce((best, each) => (tells(each, focus) > tells(best, focus) ? each : best));
  return { base, image: shown.image, ...(focus === undefined ? {} : { focus }), ...(await drawnOf(run, shown)) };
}

function unknown(option: string, what: string, name: string, known: readonly string[]): CfalignError {
  return new CfalignError(
    "input",
    (named) => `${named(option)}: the run keeps no ${what} "${name}"${suggestion(name, known)}`,
    { option },
  );
}

/** How far the base fell, and with it the classifier in focus. */
function tells({ base, predictions }: KeptCounterfactual, focus: string | undefined): number {
  const moved = (name: string | undefined): number => {
    const along = name === undefined ? undefined : predictions[name];
    return along === undefined ? 0 : Math.abs((along.at(-1) ?? 0) - (along[0] ?? 0));
  };
  return moved(base) + moved(focus);
}

async function drawnOf(run: OpenRun, kept: KeptCounterfactual): Promise<Pick<FigurePicture, "strip" | "alignment">> {
  const { base, image, shares, predictions } = kept;
  const sprite = await platform.decodeImage(await readSprite(run.path, kept));
  const [input, ...frames] = framesOf(sprite, shares.length + 1);
  const along = predictions[base] ?? [];
  const row = run.counterfactuals.find((each) => each.base === base && each.image === image);
  return {
    strip: {
      title: image,
      base,
      input: { pixels: input as Pixels },
      frames: frames.map((pixels, index) => {
        const prediction = along[index];
        return { pixels, ...(prediction === undefined ? {} : { prediction }) };
      }),
    },
    alignment: {
      base: { name: base, predictions: along },
      downstream: run.downstream.map((name) => ({ name, predictions: predictions[name] ?? [] })),
      shares,
      lambda: row?.lambda ?? null,
    },
  };
}

/** The pictures that stand side by side in a sprite. */
function framesOf({ data, width, height, channels }: Pixels, count: number): Pixels[] {
  const side = width / count;
  return Array.from({ length: count }, (_, index) => {
    const frame = new Uint8Array(side * height * channels);
    for (let y = 0; y < height; y++) {
      const from = (y * width + index * side) * channels;
      frame.set(data.subarray(from, from + side * channels), y * side * channels);
    }
    return { data: frame, width: side, height, channels };
  });
}

import { platform } from "#platform";
import { magnitudes } from "../attribution/map-similarity.ts";
import { saliency } from "../attribution/saliency.ts";
import { row, type Tensor } from "../base/tensor.ts";
import { fitImage } from "../models/fit-image.ts";
import { imageSizeOf, modelsOf } from "../models/prediction.ts";
import { imageTensor } from "../models/read-image.ts";
import type { Classifier } from "../models/types.ts";
import { filled, width as wholeCall } from "../models/whole-calls.ts";
import type { Workspace } from "../models/workspace.ts";
import type { SaliencyMethod } from "../options/run.ts";
import { base64 } from "../pictures/base64.ts";
import { fullColour } from "../pictures/saliency-map.ts";
import type { Pixels } from "../platform/platform.ts";
import type { KeptCounterfactual } from "../results/kept.ts";
import { readSprite } from "../results/kept-pictures.ts";
import { assertModelsOf } from "../results/models-of.ts";
import type { OpenRun } from "../results/open-run.ts";
import { tiled, tileOf } from "../results/thumbnail-sheets.ts";
import type { ReportSaliency } from "./data.ts";

/** What is asked of the models of a run again. */
export interface SaliencyMapOptions {
  /** The one that the run was made with. */
  readonly workspace: Workspace;
  readonly method: SaliencyMethod;
  /** Kept counterfactuals of every base whose maps are made, 4. */
  readonly images?: number;
  /** Told as maps are made: how many of all. */
  readonly progress?: (done: number, total: number) => void;
}

/** Maps with the names of their images, most important first. */
export interface SaliencyMaps extends Omit<ReportSaliency, "maps"> {
  readonly maps: readonly (Omit<ReportSaliency["maps"][number], "image"> & { readonly image: string })[];
}

/** Longest side of a map in the report, and its quality as WebP: they say where, and are drawn over the picture in full. */
const side = 32;
const quality = 60;

/**
 * Saliency maps of every base and downstream classifier on kept counterfactuals and on the reconstructions that they started
 * from, as the run kept them as pictures: of each base the first `images`. pictures: in the order of their worth.
 * Errors: CfalignError("usage") for models that are not those of the run.
 */
export async function saliencyMaps(
  run: OpenRun,
  pictures: readonly KeptCounterfactual[],
  { workspace, method, images = 4, progress }: SaliencyMapOptions,
): Promise<SaliencyMaps> {
  const names = [...new Set([...run.bases, ...run.downstream])];
  const classifiers = names.map((name) => workspace.classifier(name));
  assertModelsOf(run, modelsOf(classifiers), workspace);
  const counts = new Map<string, number>();
  const chosen = pictures.filter(({ base }) => {
    const count = counts.get(base) ?? 0;
    counts.set(base, count + 1);
    return count < images;
  });
  const maps: SaliencyMaps["maps"][number][] = [];
  // Two pictures of each counterfactual fill a call.
  const together = wholeCall / 2;
  const total = 2 * chosen.length * classifiers.length;
  for (let start = 0; start < chosen.length; start += together) {
    const group = chosen.slice(start, start + together);
    const tensors = (await Promise.all(group.map((kept) => endsOf(run.path, kept, classifiers)))).flat();
    const tiles: Pixels[][] = group.map(() => []);
    let size = { width: side, height: side };
    for (const [place, classifier] of classifiers.entries()) {
      const found = await saliency(filled(tensors), { classifier, method });
      for (const [at, own] of tiles.entries()) {
        const pair = await Promise.all([0, 1].map((end) => small(row(found.maps, 2 * at + end))));
        const full = Math.max(...pair.map(({ data }) => fullColour(data)));
        own.push(...pair.map((map) => greyOf(map, full)));
      }
      size = tiles[0]?.[0] ?? size;
      progress?.(2 * (start * classifiers.length + group.length * (place + 1)), total);
    }
    for (const [at, { image, base }] of group.entries()) {
      const own = tiles[at] as Pixels[];
      const columns = Math.ceil(Math.sqrt(own.length));
      const { width, height } = size;
      const sheet = await platform.encodeImage(tiled(own, { width, height, columns }), "webp", quality);
      maps.push({ image, base, width, height, columns, source: `data:image/webp;base64,${base64(sheet)}` });
    }
  }
  return { method, classifiers: names, maps };
}

/** The reconstruction and the counterfactual as they were kept, at the size that the classifiers take. */
async function endsOf(
  run: string,
  kept: KeptCounterfactual,
  [first]: readonly Classifier[],
): Promise<readonly Tensor[]> {
  const { width, height, shares } = kept;
  const frames = { width, height, columns: shares.length + 1 };
  const sprite = await platform.decodeImage(await readSprite(run, kept));
  const ends = [1, shares.length].map((frame) => imageTensor(tileOf(frames, sprite, frame)));
  return Promise.all(ends.map((end) => (first === undefined ? end : fitImage(end, imageSizeOf(first)))));
}

/** Magnitudes of a map [1, c, h, w], made small. */
async function small(map: Tensor): Promise<{ readonly data: ArrayLike<number>; width: number; height: number }> {
  const [height = 1, width = 1] = map.dims.slice(2);
  const data = Float32Array.from(magnitudes(map));
  const share = Math.min(1, side / Math.max(width, height));
  const size = { width: Math.max(1, Math.round(width * share)), height: Math.max(1, Math.round(height * share)) };
  const made = share === 1 ? { data } : await platform.resizeImage({ data, dims: [1, 1, height, width] }, size);
  return { data: made.data, ...size };
}

/** Shares of full colour as bytes. */
function greyOf(map: Awaited<ReturnType<typeof small>>, full: number): Pixels {
  const { data, width, height } = map;
  const bytes = new Uint8Array(3 * width * height);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const share = full === 0 ? 0 : Math.min(1, (data[pixel] as number) / full);
    bytes.fill(Math.round(255 * share), 3 * pixel, 3 * pixel + 3);
  }
  return { data: bytes, width, height, channels: 3 };
}

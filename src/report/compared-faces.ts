import { platform } from "#platform";
import type { Thumbnail } from "../alignment/thumbnails.ts";
import { comparedRun, imagePairs } from "../audit/cells/image-pairs.ts";
import type { Diff } from "../audit/compare/diff.ts";
import { base64 } from "../pictures/base64.ts";
import { smallPixels } from "../platform/box-means.ts";
import type { OpenRun } from "../results/open-run.ts";
import { type ThumbnailStore, thumbnailStore, tiled } from "../results/thumbnail-sheets.ts";
import type { ComparedFaces, DiffData } from "./data.ts";
import { scriptJson } from "./fill-template.ts";
import { rounded } from "./pack.ts";

/** Images of a base at most, those on which a relative change differs most. */
const most = 24;
/** Longest side of a tile, and its quality as WebP. */
const [side, quality] = [64, 70];

/** An image used under both bases: its names in the two runs, and relative changes by downstream classifier. */
interface Face {
  readonly before: string;
  readonly after: string;
  readonly changes: (readonly [number, number] | undefined)[];
}

/**
 * What the two models of each base made of the same images, in small: as far as both runs kept them, and as many bases as fit
 * into `room` bytes, those with the largest changes first. none where the two draw pictures of different sizes.
 */
export async function comparedFaces(
  before: OpenRun,
  after: OpenRun,
  { diff, room }: { readonly diff: Diff; readonly room: number },
): Promise<Pick<DiffData, "faces" | "omittedFaces">> {
  const [first, second] = [comparedRun(before), comparedRun(after)];
  const stores = [await thumbnailStore([before]), await thumbnailStore([after])] as const;
  const bases = [...new Map(diff.cells.map(({ base }) => [base.after, base])).values()];
  const made: ComparedFaces[] = [];
  let left = room;
  let omitted = 0;
  for (const base of bases) {
    const cells = diff.cells.filter((cell) => cell.base.after === base.after);
    const faces = new Map<string, Face>();
    for (const [column, { downstream }] of cells.entries()) {
      const names = {
        before: { base: base.before, downstream: downstream.before },
        after: { base: base.after, downstream: downstream.after },
      };
      for (const pair of imagePairs(first, second, names, diff.minBaseChange)) {
        const face = faces.get(pair.after.image) ?? { before: pair.before.image, after: pair.after.image, changes: [] };
        face.changes[column] = [pair.before.relativeChange, pair.after.relativeChange];
        faces.set(pair.after.image, face);
      }
    }
    const wanted = [...faces.values()].sort((a, b) => contrast(b) - contrast(a)).slice(0, most);
    const shown = await drawn(base, wanted, stores);
    if (shown === undefined) continue;
    const own: ComparedFaces = {
      base: base.after,
      tiles: shown.tiles,
      images: shown.faces.map((face) => face.after),
      changes: Object.fromEntries(
        cells.map(({ downstream }, column) => [
          downstream.after,
          rounded(shown.faces.map(({ changes }) => changes[column] ?? null)),
        ]),
      ),
    };
    // In bytes: names may hold anything.
    left -= new TextEncoder().encode(scriptJson(own)).length + 1;
    if (left < 0) omitted += 1;
    else made.push(own);
  }
  return { faces: made, omittedFaces: omitted };
}

/** How far apart the relative changes of an image are at most. */
function contrast({ changes }: Face): number {
  return changes.reduce(
    (largest, pair) => (pair === undefined ? largest : Math.max(largest, Math.abs(pair[1] - pair[0]))),
    0,
  );
}

/** Four tiles an image, before and after in each run; undefined where there are none, or not of one size. */
async function drawn(
  base: { readonly before: string; readonly after: string },
  faces: readonly Face[],
  [first, second]: readonly [ThumbnailStore, ThumbnailStore],
): Promise<{ readonly tiles: ComparedFaces["tiles"]; readonly faces: readonly Face[] } | undefined> {
  const found = [
    await taken(
      first,
      base.before,
      faces.map((face) => face.before),
    ),
    await taken(
      second,
      base.after,
      faces.map((face) => face.after),
    ),
  ] as const;
  const whole = faces.flatMap((face) => {
    const [was, is] = [found[0](face.before), found[1](face.after)];
    return was === undefined || is === undefined ? [] : [{ face, pixels: [...was, ...is] }];
  });
  const small = whole.flatMap(({ pixels }) => pixels.map((one) => smallPixels(one, side)));
  const [tile] = small;
  if (tile === undefined || small.some(({ width, height }) => width !== tile.width || height !== tile.height)) {
    return undefined;
  }
  const { width, height } = tile;
  // Two images a line: their tiles stand together.
  const layout = { width, height, columns: 8 };
  const sheet = await platform.encodeImage(tiled(small, layout), "webp", quality);
  const source = `data:image/webp;base64,${base64(sheet)}`;
  return { tiles: { ...layout, source }, faces: whole.map(({ face }) => face) };
}

/** Reconstruction and counterfactual by image. */
async function taken(
  store: ThumbnailStore,
  base: string,
  images: readonly string[],
): Promise<(image: string) => readonly [Thumbnail["pixels"], Thumbnail["pixels"]] | undefined> {
  const all = await store.take(images.map((image) => ({ image, base })));
  const of = (kind: string | null) =>
    new Map(all.filter((one) => one.base === kind).map(({ image, pixels }) => [image, pixels]));
  const [starts, ends] = [of(null), of(base)];
  return (image) => {
    const [start, end] = [starts.get(image), ends.get(image)];
    return start === undefined || end === undefined ? undefined : [start, end];
  };
}

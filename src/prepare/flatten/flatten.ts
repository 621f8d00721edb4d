import { z } from "zod";
import { platform } from "#platform";
import { CfalignError, throwIfInterrupted } from "../../base/errors.ts";
import { row, sizeOf, type Tensor } from "../../base/tensor.ts";
import { listImages } from "../../images/list-images.ts";
import { openAutoencoder } from "../../models/autoencoder.ts";
import { autoencoderOf, enterManifest } from "../../models/edit-workspace.ts";
import { readJsonFile } from "../../models/json-file.ts";
import { type AutoencoderManifest, autoencoderManifestSchema } from "../../models/manifest.ts";
import { isPositive, modelsOf, type Outputs, outputsOf, read } from "../../models/prediction.ts";
import type { Autoencoder, Classifier } from "../../models/types.ts";
import { filled, width } from "../../models/whole-calls.ts";
import type { Workspace } from "../../models/workspace.ts";
import { mean } from "../../statistics/moments.ts";
import { type ReconstructionPair, reconstructionLoss } from "../../statistics/reconstruction-loss.ts";
import { encodedImages } from "../encoded-images.ts";
import { type CurvePoint, candidates, chooseComponents, curvePoint } from "./component-curve.ts";
import { writeFlattened } from "./flattened-model.ts";
import { latentRows } from "./latent-rows.ts";
import { type PrincipalBasis, principalBasis } from "./principal-basis.ts";
import { openProducts, type Products } from "./product.ts";

/** How a basis is made. */
export interface FlattenOptions {
  readonly workspace: Workspace;
  /** Components of the basis, or "auto" (default) for the fewest from which more keep little more (`chooseComponents`). */
  readonly components?: number | "auto";
  /** Hold the components against the decisions of the workspace's classifiers, true; else against the variance alone, for which no classifier runs. */
  readonly decisions?: boolean;
  /** Pictures that are used at most, 3000. */
  readonly images?: number;
  /** Seed of the order of the pictures and of the decomposition, 1. */
  readonly seed?: number;
  /** Folder for the new autoencoder; `models/<name>-flat` beside the workspace file by default. */
  readonly out?: string;
  /** Enter the new autoencoder into the workspace file, true. */
  readonly enter?: boolean;
  readonly signal?: AbortSignal;
  /** Told as pictures are encoded. */
  progress?(done: number, total: number): void;
}

/** What was written, and what it keeps, as it is printed. */
export const flattened = z.strictObject({
  /** Manifest of the new autoencoder. */
  manifest: z.string(),
  /** Workspace file that now names it; null where it was not entered. */
  workspace: z.string().nullable(),
  /** Pictures that the basis is of, and pictures that it was held against. */
  images: z.number().int(),
  heldOut: z.number().int(),
  /** Numbers in a latent of the autoencoder itself, and in a code. */
  latent: z.number().int(),
  components: z.number().int(),
  chosen: curvePoint.readonly(),
  curve: z.array(curvePoint).readonly(),
  /** The autoencoder as it is, on the same pictures. */
  bare: curvePoint.pick({ decisionsKept: true, blind: true }).readonly(),
  notes: z.array(z.string()).readonly(),
});
/** What was written, and what it keeps. */
export type Flattened = Readonly<z.infer<typeof flattened>>;

/** An autoencoder that is opened, and where it is from. */
interface Source extends AsyncDisposable {
  readonly path: string;
  readonly manifest: AutoencoderManifest;
  readonly autoencoder: Autoencoder;
}

/** Fewer pictures make no basis. */
const leastImages = 50;
/** Part of the pictures that the basis does not see, and how many at most. */
const heldOutShare = 0.2;
const mostHeldOut = 200;

/**
 * A whitened principal basis of one's own pictures in front of the workspace's autoencoder, as a new autoencoder: its latent is
 * a few numbers that the pictures really differ in, so that a gradient in it is a change that pictures show. One that is flattened already
 * is flattened anew, from the autoencoder that it was made of.
 * Errors: CfalignError("input") for fewer than 50 usable pictures, ("usage") for more components than pictures have.
 */
export async function flatten(folder: string, options: FlattenOptions): Promise<Flattened> {
  const { workspace, components = "auto", images: most = 3000, seed = 1, enter = true, decisions = true } = options;
  requireCount(components);
  const signal = options.signal ?? new AbortController().signal;
  await using source = await sourceOf(workspace);
  const { autoencoder } = source;
  const listing = await listImages(folder, seed, undefined, signal);
  const size = sizeOf(autoencoder.latentDims);
  // The first of the order are held out: those are kept as pictures too.
  const holding = Math.min(mostHeldOut, Math.floor(heldOutShare * Math.min(most, listing.rows.length)));
  const heldOut: Float32Array[] = [];
  const shown: Tensor[] = [];
  const { progress } = options;
  async function* others(): AsyncGenerator<Float32Array> {
    for await (const images of encodedImages(listing, { autoencoder, signal }, { most, progress })) {
      for (const { pixels, latent } of images) {
        if (shown.length < holding) {
          shown.push(pixels);
          heldOut.push(latent);
        } else yield latent;
      }
    }
  }
  const { files } = platform;
  const name = `${source.manifest.name}-flat`;
  const out = options.out ?? files.join(files.dirname(workspace.path), "models", name);
  await files.makeDirectory(out);
  const expected = Math.min(most, listing.rows.length);
  await using own = await latentRows(others(), { size, expected, aside: files.join(out, "latents.part") });
  const found = heldOut.length + own.count;
  if (found < leastImages) {
    throw new CfalignError(
      "input",
      `"${folder}": expected at least ${leastImages} usable pictures for a basis, found ${found}`,
      { where: folder },
    );
  }
  const tried = triedComponents(components, own.count, size);
  await using products = await openProducts();
  const basis = await principalBasis(own, products, { components: tried.at(-1) as number, seed });
  const project = await projection(heldOut, basis, products);
  const told = decisions && workspace.models.length > 0 ? workspace.classifiers() : [];
  const loss = await lossFrom(told, autoencoder, shown);
  const curve: CurvePoint[] = [];
  for (const count of new Set(tried.map((wanted) => Math.min(wanted, basis.deviations.length)))) {
    throwIfInterrupted(signal);
    const { projected, varianceKept } = await project(count);
    curve.push({ components: count, varianceKept, ...(await loss(projected)) });
  }
  const chosen = chooseComponents(curve);
  const manifest = await writeFlattened(
    { path: source.path, manifest: source.manifest, latentDims: autoencoder.latentDims },
    leading(basis, chosen.components),
    {
      out,
      name,
      flattened: {
        ...{ from: files.relative(out, source.path), images: own.count, imageList: listing.hash, seed },
        ...{ components: chosen.components, varianceKept: chosen.varianceKept },
      },
    },
  );
  if (enter) await enterManifest(workspace.path, manifest, "autoencoder");
  return {
    manifest,
    workspace: enter ? workspace.path : null,
    images: own.count,
    heldOut: heldOut.length,
    latent: size,
    components: chosen.components,
    chosen,
    curve,
    bare: await loss(heldOut),
    notes: listing.notes,
  };
}

type Components = number | "auto";

function requireCount(components: Components): void {
  if (components === "auto" || (Number.isSafeInteger(components) && components >= 1)) return;
  throw new CfalignError("usage", `components: expected auto or a whole number, 1 or more, got ${components}`, {
    where: "components",
  });
}

/** How many components a basis of so many pictures, with latents of a size, is tried with. */
function triedComponents(components: Components, count: number, size: number): readonly number[] {
  if (components === "auto") return candidates(count, size);
  const most = Math.min(count, size);
  if (components <= most) return [components];
  throw new CfalignError(
    "usage",
    `components: expected at most ${most} (a basis of ${count} pictures, latents of ${size} numbers), got ${components}`,
    { where: "components" },
  );
}

/** The autoencoder to flatten: the workspace's, or the one that it was flattened from. */
async function sourceOf(workspace: Workspace): Promise<Source> {
  const own = await autoencoderOf(workspace.path);
  const from = own.manifest.flattened?.from;
  if (from === undefined) return { ...own, autoencoder: workspace.autoencoder, async [Symbol.asyncDispose]() {} };
  const { files } = platform;
  const path = files.join(files.dirname(own.path), from);
  const manifest = await readJsonFile(path, autoencoderManifestSchema);
  const autoencoder = await openAutoencoder(path, manifest, workspace.compile);
  return { path, manifest, autoencoder, [Symbol.asyncDispose]: () => autoencoder.dispose() };
}

/** The first components of a basis. */
function leading({ mean: centre, vectors, deviations, shares }: PrincipalBasis, count: number): PrincipalBasis {
  const size = vectors.dims[1] as number;
  return {
    mean: centre,
    vectors: { data: vectors.data.subarray(0, count * size), dims: [count, size] },
    deviations: deviations.subarray(0, count),
    shares: shares.subarray(0, count),
  };
}

/** Latents in the span of the first components of a basis. */
interface Projection {
  readonly projected: readonly Float32Array[];
  /** Share of the latents' variance around the mean that this keeps. */
  readonly varianceKept: number;
}

/** Brings latents into the span of the first so many components. */
async function projection(
  latents: readonly Float32Array[],
  { mean: centre, vectors }: PrincipalBasis,
  products: Products,
): Promise<(count: number) => Promise<Projection>> {
  const size = centre.length;
  const total = latents.length;
  const centred = new Float32Array(size * total);
  latents.forEach((latent, n) => {
    latent.forEach((value, i) => {
      centred[i * total + n] = value - (centre[i] as number);
    });
  });
  const squares = (data: Float32Array): number => data.reduce((sum, value) => sum + value * value, 0);
  const all = squares(centred);
  const along = await products.times(vectors, { data: centred, dims: [size, total] });
  return async (count) => {
    const codes = { data: along.data.subarray(0, count * total), dims: [count, total] };
    const own = { data: vectors.data.subarray(0, count * size), dims: [count, size] };
    const { data } = await products.transposedTimes(codes, own);
    const projected = latents.map((_, n) =>
      data.subarray(n * size, (n + 1) * size).map((value, i) => value + (centre[i] as number)),
    );
    return { projected, varianceKept: all === 0 ? 1 : squares(codes.data) / all };
  };
}

async function decodeAll(autoencoder: Autoencoder, latents: readonly Float32Array[]): Promise<readonly Tensor[]> {
  const images: Tensor[] = [];
  for (let from = 0; from < latents.length; from += width) {
    const some = latents.slice(from, from + width).map((data) => ({ data, dims: [1, ...autoencoder.latentDims] }));
    const decoded = await autoencoder.decode(filled(some));
    some.forEach((_, i) => {
      images.push(row(decoded, i));
    });
  }
  return images;
}

/** Every target of some classifiers on images, by target. */
async function predictions(all: readonly Classifier[], images: readonly Tensor[]) {
  const outputs: Outputs[] = [];
  for (let from = 0; from < images.length; from += width) {
    const some = images.slice(from, from + width);
    const found = await outputsOf(modelsOf(all), filled(some));
    outputs.push(...some.map((_, i) => found(i)));
  }
  return all.map((classifier) => ({
    name: classifier.name,
    of: outputs.map((own) => ({ value: read(classifier, own).prediction, positive: isPositive(classifier, own, 0.5) })),
  }));
}

/** Says of latents of some images how many decisions what they decode to keeps. */
async function lossFrom(
  all: readonly Classifier[],
  autoencoder: Autoencoder,
  images: readonly Tensor[],
): Promise<(latents: readonly Float32Array[]) => Promise<Pick<CurvePoint, "decisionsKept" | "blind">>> {
  if (all.length === 0) return async () => ({ decisionsKept: null, blind: [] });
  const before = await predictions(all, images);
  return async (latents) => {
    const after = await predictions(all, await decodeAll(autoencoder, latents));
    const losses = before.map(({ name, of }, index) => {
      const pairs = of.map((first, i): ReconstructionPair => {
        const second = after[index]?.of[i] as typeof first;
        return { input: first.value, reconstruction: second.value, before: first.positive, after: second.positive };
      });
      return { name, ...reconstructionLoss(pairs) };
    });
    const kept = losses.flatMap((loss) => loss.kept ?? []);
    return {
      decisionsKept: kept.length === 0 ? null : mean(kept),
      blind: losses.filter(({ blind }) => blind).map(({ name }) => name),
    };
  };
}

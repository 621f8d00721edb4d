import { platform } from "#platform";
import { CfalignError } from "../../base/errors.ts";
import { sizeOf } from "../../base/tensor.ts";
import type { LoadedModel } from "../../engine/model.ts";
import { writeWholeModel } from "../../engine/model-bytes.ts";
import { trace } from "../../engine/trace.ts";
import type { Graph, ValueInfo } from "../../onnx/graph.ts";
import { prune, readsOf, sortNodes } from "../../onnx/prune.ts";

/** An autoencoder in one file: a picture goes in and comes out. */
export interface WholeAutoencoder {
  readonly path: string;
  readonly model: LoadedModel;
  readonly picture: ValueInfo;
  readonly reconstruction: ValueInfo;
}

/** A file as an autoencoder, where an output is a picture as its input is one. */
export function asAutoencoder(path: string, model: LoadedModel): WholeAutoencoder | undefined {
  const free = model.graph.inputs.filter(({ name }) => !model.graph.initializers.has(name));
  const [picture] = free;
  if (picture === undefined || free.length !== 1) return undefined;
  const channels = picture.dims?.[1];
  if (picture.dims?.length !== 4 || (channels !== 1 && channels !== 3)) return undefined;
  const reconstruction = model.graph.outputs.find(({ dims }) => dims?.length === 4 && dims[1] === channels);
  return reconstruction === undefined ? undefined : { path, model, picture, reconstruction };
}

/** Where a file was cut. */
export interface Halves {
  readonly encoder: string;
  readonly decoder: string;
  /** Value that is the latent now. */
  readonly latent: string;
  /** Nothing names it: of all values that everything passes through, it has the fewest numbers. */
  readonly guessed: boolean;
}

/**
 * Cuts an autoencoder at its latent and writes the halves into a folder: at `latent`, else at an output that everything passes through, else at the
 * value with the fewest numbers of those; of equals the last, which a quantised latent comes after. Errors: CfalignError("input")
 * where the picture reaches its reconstruction past every value, or past the one that is named.
 */
export async function cutHalves(
  { path, model, picture, reconstruction }: WholeAutoencoder,
  folder: string,
  { latent: named, size }: { readonly latent?: string | undefined; readonly size: readonly [number, number] },
): Promise<Halves> {
  const [height, width] = size;
  const whole = sortNodes(prune(model.graph, [reconstruction.name]));
  const passed = passages(whole, picture.name, reconstruction.name);
  if (named !== undefined && !passed.includes(named)) {
    throw new CfalignError(
      "input",
      `${path}: latent: expected a value that everything passes through, got "${named}"${passed.length === 0 ? "" : `: such as "${passed.at(-1)}"`}`,
      { where: path },
    );
  }
  const channels = picture.dims?.[1] as number;
  const { facts } = await trace(
    { graph: whole, weights: model.weights },
    { [picture.name]: [1, channels, height, width] },
  );
  const count = (value: string): number => sizeOf(facts.shape(value));
  const output = model.graph.outputs.find(({ name }) => name !== reconstruction.name && passed.includes(name))?.name;
  const fewest = Math.min(...passed.map(count));
  const latent = named ?? output ?? passed.findLast((value) => count(value) === fewest);
  if (latent === undefined || count(latent) >= count(picture.name)) {
    throw new CfalignError(
      "input",
      `${path}: expected a latent that everything passes through on the way from the picture to its reconstruction, found none: export encoder and decoder apart`,
      { where: path },
    );
  }
  const info: ValueInfo = { name: latent, type: "float32", dims: ["n", ...facts.shape(latent).slice(1)] };
  const encoder: Graph = { ...prune(whole, [latent]), outputs: [info] };
  const behind = whole.nodes.filter(({ outputs }) => !outputs.includes(latent));
  const decoder: Graph = prune({ ...whole, nodes: behind, inputs: [info] }, [reconstruction.name]);
  const { files } = platform;
  const write = async (graph: Graph, file: string): Promise<string> => {
    const target = files.join(folder, file);
    await writeWholeModel({ graph, weights: model.weights }, target);
    return target;
  };
  return {
    encoder: await write(encoder, "encoder-half.onnx"),
    decoder: await write(decoder, "decoder-half.onnx"),
    latent,
    guessed: named === undefined && output === undefined,
  };
}

/** Values between picture and reconstruction that everything goes through, in order. */
function passages(graph: Graph, from: string, to: string): readonly string[] {
  const readers = new Map<string, number>();
  for (const node of graph.nodes)
    for (const name of new Set(readsOf(node))) readers.set(name, (readers.get(name) ?? 0) + 1);
  // What depends on the picture and is read later on.
  const live = new Map([[from, readers.get(from) ?? 0]]);
  const found: string[] = [];
  for (const node of graph.nodes) {
    const reads = [...new Set(readsOf(node))].filter((name) => live.has(name));
    if (reads.length === 0) continue;
    for (const name of reads) {
      const left = (live.get(name) as number) - 1;
      if (left === 0) live.delete(name);
      else live.set(name, left);
    }
    for (const name of node.outputs) if ((readers.get(name) ?? 0) > 0) live.set(name, readers.get(name) as number);
    const [only] = live.keys();
    if (live.size === 1 && only !== undefined && only !== from && only !== to) found.push(only);
  }
  return [...new Set(found)];
}

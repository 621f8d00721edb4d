import { platform } from "#platform";
import { CfalignError } from "../base/errors.ts";
import { takeRows } from "../engine/batch.ts";
import type { ServedManifest } from "../models/manifest.ts";
import { inputDims } from "../models/preprocessing.ts";
import type { ImageFrame } from "../models/types.ts";
import type { InferenceModel, ServedModel } from "./open-inference.ts";
import { preparing, type Respondent } from "./respondent.ts";

/** How a server is asked. */
export interface ServedOptions {
  /** Pictures of one request, 16; a server that states another number gets that. */
  readonly batch?: number;
  /** Requests under way at a time, 4. */
  readonly parallel?: number;
}

/** A classifier behind a server as a respondent. Errors: CfalignError("input") where the manifest does not fit what the server says. */
export async function servedRespondent(
  manifest: ServedManifest,
  model: InferenceModel,
  from: ImageFrame,
  { batch = 16, parallel = 4 }: ServedOptions = {},
): Promise<Respondent> {
  const { url } = manifest;
  const { metadata } = model;
  const input = tensorOf(metadata.inputs, manifest.input.name, `${url}: input`);
  const output = tensorOf(metadata.outputs, manifest.output.name, `${url}: output`);
  const [stated = -1, ...rest] = input.shape;
  const expected = inputDims(manifest.input);
  const isStated = input.shape.length > 0;
  const fits =
    !isStated || (rest.length === expected.length && rest.every((dim, axis) => dim < 0 || dim === expected[axis]));
  if (!fits) {
    throw new CfalignError(
      "input",
      `${url}: input: expected [${input.shape.join(", ")}] as the server states it, got [-1, ${expected.join(", ")}] by the manifest`,
      { where: url },
    );
  }
  const prepare = preparing(manifest.input, from);
  const size = stated > 0 ? stated : batch;
  const { name, versions } = metadata;
  const identity = JSON.stringify([manifest, name, versions ?? []]);
  return {
    description: manifest,
    beforeHead: false,
    ...{ batch: size, parallel },
    key: (await platform.sha256(new TextEncoder().encode(identity))).slice(0, 16),
    async ask(pictures) {
      const rows = pictures.dims[0] as number;
      const own = await prepare.run(pictures);
      const prepared = stated > 0 ? takeRows(own, { from: 0, to: rows, size }) : own;
      const given = await model.infer(prepared, { input: input.name, output: output.name });
      const width = manifest.targets.length;
      const [answered] = given.dims;
      if (answered !== prepared.dims[0] || given.data.length !== width * (answered ?? 0)) {
        throw new CfalignError(
          "input",
          `${url}: expected an output [${prepared.dims[0]}, ${width}], a row a picture and a number a target, got [${given.dims.join(", ")}]`,
          { where: url },
        );
      }
      return Array.from({ length: rows }, (_, row) => given.data.subarray(row * width, (row + 1) * width));
    },
    dispose: () => prepare.dispose(),
  };
}

/** An input or output of a model: the one that is named, or the only one. shape: empty where the server does not state it. */
export function tensorOf(
  tensors: ServedModel["inputs"],
  wanted: string | undefined,
  where: string,
): ServedModel["inputs"][number] {
  const found =
    wanted === undefined
      ? tensors.length === 1
        ? tensors[0]
        : undefined
      : tensors.find(({ name }) => name === wanted);
  if (found !== undefined) return found;
  // A server need not say what it takes: then the manifest does.
  if (tensors.length === 0 && wanted !== undefined) return { name: wanted, datatype: "FP32", shape: [] };
  const known = tensors.map(({ name }) => `"${name}"`).join(", ");
  throw new CfalignError(
    "input",
    `${where}: expected the name of one ${known === "" ? "that the server does not state" : `of ${known}`}, got ${wanted === undefined ? "none" : `"${wanted}"`}`,
    { where },
  );
}

import { platform } from "#platform";
import { CfalignError } from "../base/errors.ts";
import { rowsOf, sizeOf } from "../base/tensor.ts";
import { chunksOf, takeRows } from "../engine/batch.ts";
import { openClassifier } from "../models/classifier-model.ts";
import { activationOf } from "../models/head.ts";
import type { ClassifierManifest } from "../models/manifest.ts";
import type { ImageFrame } from "../models/types.ts";
import { readModel } from "../onnx/read.ts";
import type { TypedTensor } from "../platform/platform.ts";
import { preparing, type Respondent } from "./respondent.ts";

const batch = 16;

/**
 * A classifier's ONNX file as a respondent: through cfalign's own graph where it can be read, as onnxruntime runs the file where it cannot. path: of the manifest, or
 * what stands for one. Errors: CfalignError("input") for a file that nothing runs.
 */
export async function fileRespondent(
  path: string,
  manifest: ClassifierManifest,
  from: ImageFrame,
): Promise<Respondent> {
  try {
    return await readRespondent(path, manifest, from);
  } catch (error) {
    if (!(error instanceof CfalignError) || error.code === "usage") throw error;
    return rawRespondent(path, manifest, from).catch((raw) => {
      // What onnxruntime says of a file that cfalign can read is no help.
      throw raw instanceof CfalignError && error.code === "input" ? error : raw;
    });
  }
}

async function readRespondent(path: string, manifest: ClassifierManifest, from: ImageFrame): Promise<Respondent> {
  const model = await openClassifier(path, { ...manifest, targets: manifest.targets }, from);
  const grey = {
    data: new Float32Array(sizeOf([from.channels, from.height, from.width])).fill(0.5),
    dims: [1, from.channels, from.height, from.width],
  };
  try {
    await model.logits(grey);
  } catch (error) {
    await model.dispose();
    throw error;
  }
  return {
    description: { ...manifest, targets: [...model.targets] },
    beforeHead: true,
    ...{ batch, parallel: 1 },
    ask: async (pictures) => rowsOf(await model.logits(pictures)).map(({ data }) => data),
    dispose: () => model.dispose(),
  };
}

/** The file itself, unread: whatever onnxruntime runs. */
async function rawRespondent(path: string, manifest: ClassifierManifest, from: ImageFrame): Promise<Respondent> {
  const { files } = platform;
  const file = files.join(files.dirname(path), manifest.file);
  const bytes = await files.read(file);
  const known = knownOf(bytes, file);
  const session = await platform.createSession(bytes, { externalFolder: files.dirname(await files.realPath(file)) });
  const input = nameOf(session.inputNames, manifest.input.name, `${path}: input.name`);
  const output = nameOf(session.outputNames, manifest.output.name, `${path}: output.name`);
  const prepare = preparing(manifest.input, from);
  const info = known?.inputs.find(({ name }) => name === input);
  // A file that cannot be read does not say what batches it takes: one picture fits most.
  const size = known === undefined ? 1 : typeof info?.dims?.[0] === "number" ? info.dims[0] : batch;
  const whole = info?.type === "uint8";
  const ends = known === undefined ? undefined : activationOf(known, output);
  return {
    description: ends === undefined ? manifest : { ...manifest, output: { ...manifest.output, activation: "none" } },
    beforeHead: known !== undefined && ends === undefined,
    ...{ batch, parallel: 1 },
    async ask(pictures) {
      const prepared = await prepare.run(pictures);
      const rows: Float32Array[] = [];
      const count = prepared.dims[0] as number;
      for (const chunk of chunksOf(count, size, () => size)) {
        const { data, dims } = takeRows(prepared, chunk);
        const value: TypedTensor = whole
          ? { type: "uint8", data: Uint8Array.from(data, (level) => Math.round(level)), dims }
          : { type: "float32", data, dims };
        const given = (await session.run({ [input]: value }, [output]))[output];
        rows.push(...outputRows(file, given, size));
      }
      return rows.slice(0, count);
    },
    async dispose() {
      await prepare.dispose();
      await session.dispose();
    },
  };
}

/** The graph of a file as far as it can be read. */
function knownOf(bytes: Uint8Array, name: string) {
  try {
    return readModel(bytes, { name }).graph;
  } catch (error) {
    if (error instanceof CfalignError) return undefined;
    throw error;
  }
}

function nameOf(names: readonly string[], wanted: string | undefined, field: string): string {
  const name = wanted ?? (names.length === 1 ? names[0] : undefined);
  if (name !== undefined && names.includes(name)) return name;
  const known = names.map((each) => `"${each}"`).join(", ");
  throw new CfalignError(
    "input",
    `${field}: expected one of ${known}, got ${wanted === undefined ? "nothing" : `"${wanted}"`}`,
  );
}

function outputRows(file: string, given: TypedTensor | undefined, size: number): Float32Array[] {
  const isFloat = given !== undefined && (given.type === "float32" || given.type === "float64");
  if (!isFloat || given.data.length % size !== 0) {
    throw new CfalignError(
      "input",
      `${file}: expected an output of float32 with a row for every picture, got ${given?.type} [${given?.dims.join(", ")}]`,
      { where: file },
    );
  }
  const values = Float32Array.from(given.data as Float32Array);
  const width = values.length / size;
  return Array.from({ length: size }, (_, row) => values.subarray(row * width, (row + 1) * width));
}

import type { GivenFile } from "./given-files.ts";

/** What a classifier is made of: its file, and what lies beside it. */
const modelFile = /\.(onnx|onnx_data|data|json|txt)$/i;

/** Where loose files go: a model without a name of its own is called after its folder. */
const looseFolder = "my-model";

/** The files of a model among some, by path, in a folder; undefined where there is no ONNX file. */
export function modelFilesIn(files: readonly GivenFile[]): ReadonlyMap<string, Blob> | undefined {
  const own = files.filter(({ path }) => modelFile.test(path));
  if (!own.some(({ path }) => /\.onnx$/i.test(path))) return undefined;
  return new Map(own.map(({ path, file }) => [path.includes("/") ? path : `${looseFolder}/${path}`, file]));
}

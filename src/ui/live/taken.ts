import { plural } from "../parts/numbers.ts";
import type { GivenFile } from "./given-files.ts";

/** What is in the files that a reader gave. */
export interface Taken {
  /** A classifier's files by path, all in a folder; undefined where there is no ONNX file. */
  readonly model: ReadonlyMap<string, Blob> | undefined;
  readonly pictures: readonly GivenFile[];
  /** Why there is neither, in a sentence. */
  readonly refusal: string | undefined;
}

/** Pictures beyond it are not read: a browser would hold them twice before it says what they are. */
const mostBytes = 64e6;

/** What lies beside a classifier's file and is nothing by itself. */
const besideModel = /\.(onnx_data|data|json)$/i;

/** What a classifier is made of: its file, and what lies beside it. */
const modelFile = /\.(onnx|onnx_data|data|json|txt)$/i;

/** Where loose files go: a model without a name of its own is called after its folder. */
const looseFolder = "my-model";

/**
 * Tells a classifier from pictures: both may be given at once. Of several files those that are neither are left out, as in a folder; one that was
 * given alone is tried as a picture. Pictures in a model's folder are its maker's.
 */
export function takenFrom(files: readonly GivenFile[]): Taken {
  const [first] = files;
  if (first === undefined) return nothing("there is no file in what was given");
  const hasModel = files.some(({ path }) => /\.onnx$/i.test(path));
  const ofModel = hasModel ? files.filter(({ path }) => modelFile.test(path)) : [];
  const folders = new Set(ofModel.flatMap(({ path }) => folderOf(path) ?? []));
  const images = files.filter(({ path, file }) => file.type.startsWith("image/") && !folders.has(folderOf(path) ?? ""));
  const large = images.find(({ file }) => file.size > mostBytes);
  if (large !== undefined) {
    const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);
    return nothing(
      `"${large.file.name}" has ${megabytes(large.file.size)} MB: expected a picture of at most ${megabytes(mostBytes)} MB`,
    );
  }
  const model = hasModel
    ? new Map(ofModel.map(({ path, file }) => [folderOf(path) === undefined ? `${looseFolder}/${path}` : path, file]))
    : undefined;
  if (hasModel || images.length > 0) return { model, pictures: images, refusal: undefined };
  if (files.every(({ path }) => besideModel.test(path))) {
    return nothing(`"${first.file.name}" comes without an ONNX file: give both at once`);
  }
  if (files.length === 1) {
    if (modelFile.test(first.path)) return nothing(`"${first.file.name}" is neither a picture nor an ONNX file`);
    return { model, pictures: files, refusal: undefined };
  }
  return nothing(`none of the ${plural(files.length, "file")} that were given is a picture or an ONNX file`);
}

const nothing = (refusal: string): Taken => ({ model: undefined, pictures: [], refusal });

/** The outermost folder of a path; undefined of a loose file. */
function folderOf(path: string): string | undefined {
  return path.includes("/") ? path.slice(0, path.indexOf("/")) : undefined;
}

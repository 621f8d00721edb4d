import { platform } from "#platform";
import { CfalignError } from "../base/errors.ts";
import { readJsonFile } from "../models/json-file.ts";
import {
  type ClassifierManifest,
  classifierManifestSchema,
  type ServedManifest,
  servedManifestSchema,
} from "../models/manifest.ts";
import type { ImageFrame } from "../models/types.ts";
import { classifierDraft } from "../prepare/importing/import-classifier.ts";
import { givenFindings, type ImportOptions } from "../prepare/importing/import-model.ts";
import { servedDraft } from "../prepare/importing/import-served.ts";
import { onnxIn } from "../prepare/importing/pick-file.ts";
import { answeredNote, guessNotes, takenNote } from "../words/suite.ts";
import { type Answers, aboutTargets } from "./answers.ts";
import { type AskOptions, askAll } from "./ask.ts";
import { fileRespondent } from "./file-respondent.ts";
import { connectModel, type InferenceModel, type ServerOptions } from "./open-inference.ts";
import type { Suite } from "./open-suite.ts";
import { namedTargets, predictionsOf, type Respondent } from "./respondent.ts";
import { type ServedOptions, servedRespondent, tensorOf } from "./served-respondent.ts";

export interface AskClassifierOptions extends AskOptions, Omit<ServerOptions, "signal">, ServedOptions {
  /** `target=feature`, where a target has another name than the suite's feature. */
  readonly about?: readonly string[];
  /** What no manifest says of the classifier. */
  readonly describe?: ImportOptions;
  /** `host:port` of a manifest's address that may be sent the token: a manifest can be a stranger's. An address that is itself the source may. */
  readonly tokenHost?: string;
}

/**
 * Shows a suite to a classifier: a folder or an ONNX file, also one that cannot be differentiated; a manifest; or a model behind a server,
 * `http://host:8000/v2/models/NAME`. Errors: CfalignError("usage") for what has to be said of it, ("input") for what does not fit, ("runtime") for a server that does not answer.
 */
export async function askClassifier(
  suite: Suite,
  source: string,
  options: AskClassifierOptions = {},
): Promise<Answers> {
  const from: ImageFrame = { channels: 3, width: suite.file.width, height: suite.file.height };
  const { respondent, notes } = await respondentOf(source, from, options);
  try {
    const { description, beforeHead } = respondent;
    const names = namedTargets(description).map(({ name }) => name);
    // Before anything is asked: an answer can take an hour.
    const features = aboutTargets(suite, names, options.about);
    const { rows, kept } = await askAll(suite, respondent, options);
    const shown = [...rows.keys()];
    const predictions = predictionsOf(description, [...rows.values()], beforeHead);
    return {
      from: source,
      classifiers: names.map((name) => ({
        ...{ name, about: features.get(name) },
        softmax: description.output.activation === "softmax" ? description.name : null,
      })),
      predictions: new Map(shown.map((sha256, place) => [sha256, predictions[place] as readonly number[]])),
      notes: [...notes, ...(kept === 0 ? [] : [answeredNote(kept)])],
    };
  } finally {
    await respondent.dispose();
  }
}

interface Found {
  readonly respondent: Respondent;
  readonly notes: readonly string[];
}

async function respondentOf(source: string, from: ImageFrame, options: AskClassifierOptions): Promise<Found> {
  if (/^https?:\/\//.test(source)) return served(source, undefined, from, options);
  const { files } = platform;
  if (!(await files.exists(source))) {
    throw new CfalignError(
      "usage",
      `"${source}": expected a folder, an ONNX file, a manifest, or http://host:8000/v2/models/NAME, got nothing there`,
      { where: source },
    );
  }
  const manifest = source.endsWith(".json") ? source : await manifestBeside(source, options.describe);
  if (manifest !== undefined && (await isServed(manifest))) {
    const described = await readJsonFile(manifest, servedManifestSchema);
    refuseToTell(manifest, described, options);
    return served(described.url, described, from, options);
  }
  const { path, described, notes } = await describedFile(source, manifest, options.describe ?? {});
  return { respondent: await fileRespondent(path, described, from), notes };
}

async function served(
  url: string,
  described: ServedManifest | undefined,
  from: ImageFrame,
  options: AskClassifierOptions,
): Promise<Found> {
  const model = await connectModel(url, serverOptions(options));
  const { manifest, notes } =
    described === undefined ? draftOf(url, model, options.describe ?? {}) : { manifest: described, notes: [] };
  return { respondent: await servedRespondent(manifest, model, from, options), notes };
}

/** Refuses to send a token to a server that only a manifest names. */
function refuseToTell(manifest: string, { url }: ServedManifest, { token, tokenHost }: AskClassifierOptions): void {
  const { host } = new URL(url);
  if (token === undefined || host === tokenHost) return;
  throw new CfalignError(
    "usage",
    (named) =>
      `${manifest}: url: expected a server that you said may be sent your token, got ${host}: say so (${named("tokenHost")} ${host}), give its address as the classifier, or take the token away`,
    { where: manifest },
  );
}

function serverOptions({ token, timeout, patience, pause, signal }: AskClassifierOptions): ServerOptions {
  const given = { token, timeout, patience, pause, signal };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function draftOf(url: string, { metadata }: InferenceModel, describe: ImportOptions) {
  const [input, output] = [
    tensorOf(metadata.inputs, describe.input, `${url}: input`),
    tensorOf(metadata.outputs, describe.output, `${url}: output`),
  ];
  const ends = { name: metadata.name, input: input.shape, output: output.shape };
  const { manifest, findings } = servedDraft(url, ends, givenFindings(describe));
  return { manifest, notes: guessNotes(url, findings) };
}

/** The manifest in the folder of a classifier, unless options describe it anew. */
async function manifestBeside(source: string, describe: ImportOptions | undefined): Promise<string | undefined> {
  if (describe !== undefined && Object.keys(describe).length > 0) return undefined;
  const { files } = platform;
  const path = files.join((await files.isDirectory(source)) ? source : files.dirname(source), "model.json");
  return (await files.exists(path)) ? path : undefined;
}

async function isServed(manifest: string): Promise<boolean> {
  const text = new TextDecoder().decode(await platform.files.read(manifest));
  return /"url"\s*:/.test(text) && !/"file"\s*:/.test(text);
}

async function describedFile(
  source: string,
  manifest: string | undefined,
  describe: ImportOptions,
): Promise<{ readonly path: string; readonly described: ClassifierManifest; readonly notes: readonly string[] }> {
  const { files } = platform;
  if (manifest !== undefined) {
    const described = await readJsonFile(manifest, classifierManifestSchema);
    const folder = files.dirname(manifest);
    const own = files.resolve(folder, described.file);
    if (source === manifest || (await files.isDirectory(source)) || own === files.resolve(source)) {
      return { path: manifest, described, notes: [] };
    }
    // A quantised copy lies beside the file that it was made from, and means the same.
    const { sha256: _, ...meaning } = described;
    const file = files.relative(files.resolve(folder), files.resolve(source));
    return {
      path: manifest,
      described: { ...meaning, file },
      notes: [takenNote(source, manifest, described.file)],
    };
  }
  const file = (await files.isDirectory(source)) ? await onnxIn(source, { forwardOnly: true }) : source;
  const path = files.join(files.dirname(file), "model.json");
  const draft = await classifierDraft(file, path, givenFindings(describe), { forwardOnly: true });
  return { path, described: draft.manifest, notes: guessNotes(file, draft.findings) };
}

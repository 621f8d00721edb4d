import { platform } from "#platform";
import { CfalignError } from "../errors.ts";
import type { ClassifierManifest, InputSpec } from "../models/manifest.ts";
import { type Field, type FieldSource, type Fields, type Finding, found } from "./finding.ts";
import { autoencoderDraft, pairIn } from "./import-autoencoder.ts";
import { classifierDraft } from "./import-classifier.ts";
import { onnxIn, refuseQuantised } from "./pick-file.ts";

/** What is said by hand; it counts before what the files say. */
export interface ImportOptions {
  /** Path of the manifest, `model.json` in the folder. */
  readonly out?: string;
  /** Replace a manifest that is there, false. */
  readonly overwrite?: boolean;
  readonly name?: string;
  readonly size?: { readonly width: number; readonly height: number };
  readonly range?: readonly [number, number];
  readonly fit?: NonNullable<InputSpec["fit"]>;
  /** Classifiers only, as all that follow. */
  readonly targets?: readonly string[];
  readonly activation?: ClassifierManifest["output"]["activation"];
  readonly mean?: readonly number[];
  readonly std?: readonly number[];
  readonly resizeTo?: number;
  readonly resize?: InputSpec["resize"];
  readonly order?: NonNullable<InputSpec["order"]>;
  readonly layout?: NonNullable<InputSpec["layout"]>;
}

/** A manifest as it was written. */
export interface ImportedModel {
  readonly kind: "classifier" | "autoencoder";
  /** Path of the manifest. */
  readonly manifest: string;
  /** Every field that it says, with where it is from; `guessed` where nothing said so. */
  readonly fields: readonly FieldSource[];
}

/**
 * Writes the manifest of what an exporter wrote: a folder with a classifier or with an encoder and a decoder, or a classifier's
 * ONNX file. Errors: CfalignError("input") for what cannot be read, is quantised or contradicts itself, ("usage") for what
 * has to be given.
 */
export async function importModel(source: string, options: ImportOptions = {}): Promise<ImportedModel> {
  const { files } = platform;
  const isFolder = await files.isDirectory(source);
  if (!isFolder && !(await files.exists(source))) {
    throw new CfalignError("usage", `"${source}": expected a folder or an ONNX file, got nothing there`, {
      where: source,
    });
  }
  if (!isFolder) await refuseQuantised(source);
  const pair = isFolder ? await pairIn(source) : undefined;
  const path = options.out ?? files.join(isFolder ? source : files.dirname(source), "model.json");
  if (options.overwrite !== true && (await files.exists(path))) {
    throw new CfalignError("usage", `"${path}" is there already: choose another out, or allow overwrite`, {
      where: path,
    });
  }
  if (pair !== undefined) {
    refuseForAutoencoders(options);
    const { manifest, findings } = await autoencoderDraft(pair, path, options);
    await files.write(path, `${JSON.stringify(manifest, null, 2)}\n`);
    return { kind: "autoencoder", manifest: path, fields: findings };
  }
  const { manifest, findings } = await classifierDraft(isFolder ? await onnxIn(source) : source, path, given(options));
  await files.write(path, `${JSON.stringify(manifest, null, 2)}\n`);
  return { kind: "classifier", manifest: path, fields: findings };
}

const classifiersOnly = ["targets", "activation", "mean", "std", "resizeTo", "resize", "order", "layout"] as const;

function refuseForAutoencoders(options: ImportOptions): void {
  const needless = classifiersOnly.find((option) => options[option] !== undefined);
  if (needless === undefined) return;
  throw new CfalignError("usage", `${needless}: expected for a classifier only, got it for an autoencoder`, {
    where: needless,
  });
}

function given(options: ImportOptions): readonly Finding[] {
  const { name, size, range, targets, activation, mean, std, fit, resizeTo, resize, order, layout } = options;
  const say = <F extends Field>(field: F, value: Fields[F] | undefined): readonly Finding[] =>
    value === undefined ? [] : [found(field, value, "given")];
  return [
    ...say("name", name),
    ...say("input.width", size?.width),
    ...say("input.height", size?.height),
    ...say("input.fit", fit),
    ...say("input.resizeTo", resizeTo),
    ...say("input.resize", resize),
    ...say("input.range", range && [...range]),
    ...say("input.mean", mean && [...mean]),
    ...say("input.std", std && [...std]),
    ...say("input.order", order),
    ...say("input.layout", layout),
    ...say("output.activation", activation),
    ...say("targets", targets && [...targets]),
  ];
}

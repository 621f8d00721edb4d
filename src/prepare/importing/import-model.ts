import { platform } from "#platform";
import { CfalignError } from "../../base/errors.ts";
import { loadModel } from "../../engine/load.ts";
import type { ClassifierManifest, InputSpec } from "../../models/manifest.ts";
import { asAutoencoder } from "./cut-halves.ts";
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
  /** Guess what nothing says and is an error elsewhere, false: the size of a classifier's pictures, the names of its outputs, and that it is one. */
  readonly guess?: boolean;
  readonly name?: string;
  readonly size?: { readonly width: number; readonly height: number };
  readonly range?: readonly [number, number];
  readonly fit?: NonNullable<InputSpec["fit"]>;
  readonly resizeTo?: NonNullable<InputSpec["resizeTo"]>;
  readonly fill?: number | readonly number[];
  readonly resize?: InputSpec["resize"];
  readonly antialias?: boolean;
  /** Autoencoders only, as the two that follow: whether decoded pictures are cut to [0, 1]. */
  readonly clamp?: boolean;
  /** How far counterfactuals may go in the latent, in median distances between pictures. */
  readonly maxShift?: number;
  /** Of an autoencoder in one file, the value between its halves. */
  readonly latent?: string;
  /** Classifiers only, as all that follow; null for an output that means nothing. */
  readonly targets?: readonly (string | null)[];
  readonly activation?: ClassifierManifest["output"]["activation"];
  /** With activation "none": the outputs that mean 0 and 1. */
  readonly scale?: readonly [number, number];
  readonly mean?: readonly number[];
  readonly std?: readonly number[];
  readonly channels?: 1 | 3;
  readonly overshoot?: NonNullable<InputSpec["overshoot"]>;
  readonly order?: NonNullable<InputSpec["order"]>;
  readonly layout?: NonNullable<InputSpec["layout"]>;
  /** Names in the graph, where it has several. */
  readonly input?: string;
  readonly output?: string;
  /** Gradients by differences in a flat latent, false: for files without gradients, which are refused elsewhere. */
  readonly differences?: boolean;
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
  if (!isFolder && options.differences !== true) await refuseQuantised(source);
  const pair = isFolder ? await pairIn(source) : undefined;
  const path = options.out ?? files.join(isFolder ? source : files.dirname(source), "model.json");
  if (options.overwrite !== true && (await files.exists(path))) {
    throw new CfalignError(
      "usage",
      (named) => `"${path}" is there already: ${named("out")} elsewhere, or ${named("overwrite")}`,
      {
        where: path,
      },
    );
  }
  const file =
    pair === undefined
      ? isFolder
        ? await onnxIn(source, { forwardOnly: options.differences === true })
        : source
      : undefined;
  const autoencoder = pair ?? asAutoencoder(file as string, await loadModel(file as string));
  if (autoencoder !== undefined) {
    refuse(options, classifiersOnly, "expected for a classifier only, got it for an autoencoder");
    if (pair !== undefined) refuse(options, ["latent"], "expected for an autoencoder in one file, got it for two");
    const { fill, ...rest } = options;
    const drafted = { ...rest, ...(fill === undefined ? {} : { fill: plain(fill) }) };
    const { manifest, findings } = await autoencoderDraft(autoencoder, path, drafted);
    await files.write(path, `${JSON.stringify(manifest, null, 2)}\n`);
    return { kind: "autoencoder", manifest: path, fields: findings };
  }
  refuse(options, autoencodersOnly, "expected for an autoencoder only, got it for a classifier");
  const { manifest, findings } = await classifierDraft(file as string, path, givenFindings(options), {
    ...(options.guess === undefined ? {} : { guess: options.guess }),
    ...(options.differences === true ? { differences: true } : {}),
  });
  await files.write(path, `${JSON.stringify(manifest, null, 2)}\n`);
  return { kind: "classifier", manifest: path, fields: findings };
}

const classifiersOnly: readonly (keyof ImportOptions)[] = [
  "targets",
  "activation",
  "scale",
  "mean",
  "std",
  "channels",
  "overshoot",
  "order",
  "layout",
  "input",
  "output",
  "differences",
];

const autoencodersOnly: readonly (keyof ImportOptions)[] = ["clamp", "maxShift", "latent"];

/** Refuses options that mean nothing here, with the reason. */
function refuse(options: ImportOptions, needless: readonly (keyof ImportOptions)[], reason: string): void {
  const option = needless.find((name) => options[name] !== undefined);
  if (option !== undefined) throw new CfalignError("usage", (named) => `${named(option)}: ${reason}`, { option });
}

function plain(values: number | readonly number[]): number | number[] {
  return typeof values === "number" ? values : [...values];
}

/** What options say, as a source that counts before all others. */
export function givenFindings(options: ImportOptions): readonly Finding[] {
  const { name, size, range, targets, activation, scale, mean, std, channels, fit, resizeTo, fill } = options;
  const { resize, antialias, overshoot, order, layout, input, output } = options;
  const say = <F extends Field>(field: F, value: Fields[F] | undefined): readonly Finding[] =>
    value === undefined ? [] : [found(field, value, "given")];
  return [
    ...say("name", name),
    ...say("input.width", size?.width),
    ...say("input.height", size?.height),
    ...say("input.channels", channels),
    ...say("input.fit", fit),
    ...say("input.resizeTo", resizeTo),
    ...say("input.fill", fill === undefined ? undefined : plain(fill)),
    ...say("input.resize", resize),
    ...say("input.antialias", antialias),
    ...say("input.overshoot", overshoot),
    ...say("input.range", range && [...range]),
    ...say("input.mean", mean && [...mean]),
    ...say("input.std", std && [...std]),
    ...say("input.order", order),
    ...say("input.layout", layout),
    ...say("input.name", input),
    ...say("output.activation", activation),
    ...say("output.scale", scale && { low: scale[0], high: scale[1] }),
    ...say("output.name", output),
    ...say("targets", targets && [...targets]),
  ];
}

import { platform } from "#platform";
import { CfalignError } from "../../base/errors.ts";
import { sizeOf } from "../../base/tensor.ts";
import { loadModel } from "../../engine/load.ts";
import { openClassifier } from "../../models/classifier-model.ts";
import { type ClassifierManifest, classifierManifestSchema } from "../../models/manifest.ts";
import { notFinite } from "../../models/prediction.ts";
import { dimsOf } from "../../models/preprocessing.ts";
import { type Finding, found, guessed, manifestOf, settled } from "./finding.ts";
import { graphFindings, isQuantised, outputCount, usualFindings } from "./graph.ts";
import { configFindings } from "./hugging-face.ts";
import { labelsJsonFindings, labelsTextFindings } from "./labels.ts";
import { metadataFindings } from "./metadata.ts";
import { quantisedError } from "./pick-file.ts";
import { preprocessorFindings } from "./preprocessor.ts";
import { timmFindings } from "./timm.ts";
import { givesClasses, unsaidFindings } from "./unsaid.ts";

/** A classifier as its files describe it. */
export interface ClassifierDraft {
  readonly manifest: ClassifierManifest;
  /** Every field of it, with where it is from. */
  readonly findings: readonly Finding[];
}

export interface DraftOptions {
  /** Whether nobody will ask for gradients, so that any file will do that onnxruntime runs: it is not tried either, false. */
  readonly forwardOnly?: boolean;
  /** Go on with what is usual where nothing says what cannot be missing, false. */
  readonly guess?: boolean;
  /** Write down that its gradients are differences, which a file without rules for them has, false. */
  readonly differences?: boolean;
}

/**
 * Reads what lies beside an ONNX file: `given` fields first, the graph's own axes and head, timm's pretrained_cfg, transformers'
 * config.json and preprocessor_config.json, `metadata_props`, labels.txt or labels.json, and what is usual. The manifest is to
 * lie at `path`; the file is run once by it. Errors: CfalignError("input") that says what is missing or contradictory.
 */
export async function classifierDraft(
  file: string,
  path: string,
  given: readonly Finding[],
  { forwardOnly = false, guess = false, differences = false }: DraftOptions = {},
): Promise<ClassifierDraft> {
  const { files } = platform;
  const model = await loadModel(file);
  if (!forwardOnly && !differences && isQuantised(model)) throw await quantisedError(file);
  const givenName = (field: "input.name" | "output.name"): string | undefined =>
    given.find((finding) => finding.field === field)?.value as string | undefined;
  const ends = { input: givenName("input.name"), output: givenName("output.name") };
  const graph = graphFindings(file, model, ends);
  const height = graph.find((finding) => finding.field === "input.height")?.value;
  const { folder, config, preprocessor, labels, lines } = await besides(file);
  const stem = files.basename(file).replace(/\.onnx$/i, "");
  const isUsual = /^model/.test(stem);
  const sources = [
    given,
    graph.filter(({ field }) => field === "output.activation" || field === "input.layout"),
    timmFindings(config, height),
    configFindings(config, { anyTask: guess && givesClasses(file, model, ends) }),
    preprocessorFindings(preprocessor),
    metadataFindings(model.metadata),
    lines === undefined ? [] : labelsTextFindings(lines),
    labels === undefined ? [] : labelsJsonFindings(labels),
    graph,
    [guessed("name", nameOf(isUsual ? files.basename(folder) : stem), isUsual ? "the folder" : "the file")],
    usualFindings(outputCount(file, model, ends)),
  ];
  const said = withoutContradiction(file, settled(sources), graph);
  const findings = guess ? [...said, ...(await unsaidFindings(file, model, { said, ends }))] : said;
  const manifest = complete(file, findings, {
    kind: "classifier",
    file: files.relative(files.dirname(files.resolve(path)), files.resolve(file)),
    sha256: await model.sha256(),
    ...(differences ? { gradient: "differences" } : {}),
  });
  if (!forwardOnly) await tryOut(path, manifest);
  return {
    manifest,
    findings: [...findings, found("input.channels", manifest.input.channels, "usual")].filter(isFirst),
  };
}

interface Besides {
  /** That of the configuration. */
  readonly folder: string;
  readonly config: unknown;
  readonly preprocessor: unknown;
  readonly labels: unknown;
  /** Text of labels.txt. */
  readonly lines: string | undefined;
}

/** What lies beside a classifier's file, or beside its folder where that is `onnx`, as Optimum and transformers.js keep it. */
async function besides(file: string): Promise<Besides> {
  const { files } = platform;
  const own = files.dirname(files.resolve(file));
  const above = files.dirname(own);
  const folders = files.basename(own) === "onnx" ? [own, above] : [own];
  const text = async (name: string): Promise<string | undefined> => {
    for (const folder of folders) {
      const path = files.join(folder, name);
      if (await files.exists(path)) return new TextDecoder().decode(await files.read(path));
    }
    return undefined;
  };
  const json = async (name: string): Promise<unknown> => {
    const content = await text(name);
    return content === undefined ? undefined : parsed(name, content);
  };
  return {
    folder: folders.at(-1) as string,
    config: await json("config.json"),
    preprocessor: await json("preprocessor_config.json"),
    labels: await json("labels.json"),
    lines: await text("labels.txt"),
  };
}

function isFirst(finding: Finding, place: number, all: readonly Finding[]): boolean {
  return all.findIndex(({ field }) => field === finding.field) === place;
}

function parsed(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CfalignError("input", `${name}: expected JSON, got ${(cause as Error).message}`, { where: name, cause });
  }
}

/** A name that needs no quotes. */
export function nameOf(text: string): string {
  return text.replace(/[^A-Za-z0-9_.-]+/g, "-").replace(/^-+|-+$/g, "") || "model";
}

/** Refuses a size that the configuration states and the graph does not take. */
function withoutContradiction(
  file: string,
  findings: readonly Finding[],
  graph: readonly Finding[],
): readonly Finding[] {
  for (const field of ["input.width", "input.height", "input.channels"] as const) {
    const [found, stated] = [findings, graph].map((some) => some.find((finding) => finding.field === field));
    if (found === undefined || stated === undefined || found.value === stated.value) continue;
    throw new CfalignError(
      "input",
      (named) =>
        `${file}: ${field}: the graph takes ${stated.value}, ${found.from} says ${found.value}: export the file again, or give ${named(field === "input.channels" ? "channels" : "size")}`,
      { where: file },
    );
  }
  return findings;
}

function complete(
  file: string,
  findings: readonly Finding[],
  rest: Readonly<Record<string, unknown>>,
): ClassifierManifest {
  const missing = (["input.width", "input.height", "targets"] as const).find(
    (field) => !findings.some((finding) => finding.field === field),
  );
  if (missing !== undefined) {
    throw new CfalignError(
      "usage",
      (named) =>
        missing === "targets"
          ? `${file}: targets: nothing says what the outputs are called: give targets`
          : `${file}: ${missing}: nothing says the size of the pictures: give ${named("size")}`,
      { where: missing },
    );
  }
  const result = classifierManifestSchema.safeParse(manifestOf(findings, rest));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = issue?.path.join(".") ?? "";
  const from = findings.find((finding) => field.startsWith(finding.field))?.from;
  throw new CfalignError("input", `${from ?? file}: ${field}: ${issue?.message}`, { where: file });
}

/** Runs the file once on a grey picture, as the manifest says: what does not fit shows here and not in an audit. */
async function tryOut(path: string, manifest: ClassifierManifest): Promise<void> {
  const { channels, height, width } = manifest.input;
  const size = { channels, height, width };
  const model = await openClassifier(path, manifest, size);
  try {
    const grey = { data: new Float32Array(sizeOf(dimsOf(size))).fill(0.5), dims: [1, ...dimsOf(size)] };
    const { data } = await model.logits(grey);
    const bad = data.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) throw notFinite(path, String(model.targets[bad]), data[bad]);
  } finally {
    await model.dispose();
  }
}

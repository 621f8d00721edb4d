import type { z } from "zod";
import { platform } from "#platform";
import { CfalignError } from "../../base/errors.ts";
import { readJsonFile } from "../../models/json-file.ts";
import { autoencoderManifestSchema, classifierManifestSchema, type InputSpec } from "../../models/manifest.ts";
import { workspaceFile, type workspaceSchema } from "../../models/workspace.ts";
import { pictureNotes } from "../../words/notes.ts";
import { nameOf as plainName } from "./import-classifier.ts";
import { type ImportedModel, type ImportOptions, importModel } from "./import-model.ts";
import { writePixelModel } from "./pixel-model.ts";

/** What a workspace is made of. */
export interface InitOptions {
  /** Folders or ONNX files of classifiers, as their exporters wrote them, or with a manifest. */
  readonly classifiers: readonly string[];
  /** Folder with an encoder and a decoder; without one, pictures are their own latent, of which `flatten` makes a basis. */
  readonly autoencoder?: string;
  /** Folder of pictures. */
  readonly images: string;
  /** Where the workspace file goes, `./cfalign.json`. */
  readonly path?: string;
  /** Replace a workspace file that is there, false. */
  readonly overwrite?: boolean;
  /** Size of the pictures for an autoencoder that takes any, or for none; told from pictures and classifiers when absent. */
  readonly size?: NonNullable<ImportOptions["size"]>;
  /** What describes a model, `importModel`: in its place one that asks about guesses. */
  readonly importing?: typeof importModel;
}

/** A workspace file as it was written. */
export interface InitializedWorkspace {
  readonly workspace: string;
  /** A file of that name was replaced. */
  readonly replaced: boolean;
  /** The autoencoder, then the classifiers: what was imported, and manifests that were there already and are kept. */
  readonly models: readonly (ImportedModel | { readonly kind: ImportedModel["kind"]; readonly manifest: string })[];
  /** What becomes of pictures that are larger than what is looked at. */
  readonly notes: readonly string[];
}

/**
 * Describes the models that are not described yet, and writes the workspace file. Pictures of another shape than the
 * autoencoder's keep theirs, and its centre is taken. Errors: CfalignError("usage") for a workspace file that is there, as
 * `importModel`, and ("input") for a folder without pictures and for two models of one name.
 */
export async function initWorkspace({
  classifiers,
  autoencoder,
  images,
  path = workspaceFile,
  overwrite = false,
  size,
  importing = importModel,
}: InitOptions): Promise<InitializedWorkspace> {
  const { files } = platform;
  if (classifiers.length === 0) {
    throw new CfalignError("usage", (named) => `${named("classifier")}: expected a folder or more, got none`, {
      option: "classifier",
    });
  }
  const replaced = await files.exists(path);
  if (replaced && !overwrite) {
    throw new CfalignError(
      "usage",
      (named) => `"${path}" is there already: choose another folder, or ${named("overwrite")}`,
      { where: path },
    );
  }
  const pictures = await sides(images);
  const models: InitializedWorkspace["models"][number][] = [];
  for (const source of classifiers) models.push(await toldApart(source, models, importing));
  const manifests = models.map(({ manifest }) => manifest);
  await requireDistinct(manifests);
  const folder = files.dirname(files.resolve(path));
  const { model: own, notes } =
    autoencoder === undefined
      ? await withoutAutoencoder(folder, { pictures, manifests, size })
      : { model: await withAutoencoder(autoencoder, { pictures, manifests, size, importing }), notes: [] };
  const relative = (target: string): string => files.relative(folder, files.resolve(target));
  const contents: z.input<typeof workspaceSchema> = {
    autoencoder: relative(own.manifest),
    classifiers: models.map(({ manifest }) => relative(manifest)),
    images: relative(images),
  };
  await files.write(path, `${JSON.stringify(contents, null, 2)}\n`);
  return { workspace: path, replaced, models: [own, ...models], notes };
}

/** What the size of pictures is told from. */
interface SizeEvidence {
  /** Shorter sides of pictures. */
  readonly pictures: readonly number[];
  /** Manifests of the classifiers. */
  readonly manifests: readonly string[];
  /** What was said by hand. */
  readonly size: InitOptions["size"];
}

function withAutoencoder(
  autoencoder: string,
  { pictures, manifests, size, importing }: SizeEvidence & { readonly importing: typeof importModel },
): Promise<InitializedWorkspace["models"][number]> {
  return described(autoencoder, "autoencoder", async (free) => {
    const given = { fit: "cover", ...(size === undefined ? {} : { size }) } as const;
    try {
      return asFound(await importing(free, given), { guessed: false });
    } catch (error) {
      if (size !== undefined || !(error instanceof CfalignError && error.where === "size")) throw error;
      const useful = usefulSide(pictures, await inputsOf(manifests));
      const side = Math.max(step, step * Math.round(useful / step));
      return asFound(await importing(free, { ...given, size: { width: side, height: side } }), { guessed: true });
    }
  });
}

/** Pictures as their own latent, below the folder of the workspace file. */
async function withoutAutoencoder(
  folder: string,
  { pictures, manifests, size }: SizeEvidence,
): Promise<{ readonly model: ImportedModel; readonly notes: readonly string[] }> {
  if (size !== undefined && size.width !== size.height) {
    throw new CfalignError(
      "usage",
      (named) => `${named("size")}: expected a square without an autoencoder, got ${size.width} × ${size.height}`,
      { option: "size" },
    );
  }
  const inputs = await inputsOf(manifests);
  const side = size?.width ?? Math.min(mostSide, usefulSide(pictures, inputs));
  const channels = inputs.every((input) => input.channels === 1) ? 1 : 3;
  const written = await writePixelModel(platform.files.join(folder, "models", `pixels-${side}`), { side, channels });
  const from = size === undefined ? "the pictures and the classifiers" : "given";
  const told = (field: string, value: unknown, from: string, guessed = false) => ({ field, value, from, guessed });
  const usual = median(pictures);
  return {
    model: {
      kind: "autoencoder",
      manifest: written.manifest,
      fields: [
        told("pixels", true, "no autoencoder: pictures are their own latent"),
        told("input.width", side, from, size === undefined),
        told("input.height", side, from, size === undefined),
        told("input.channels", channels, "the classifiers"),
        told("input.fit", "cover", "usual for photographs", true),
      ],
    },
    notes: pictureNotes(usual, side, written.latentSide),
  };
}

/** The manifest of a model: the one that lies there, else a new one. */
async function described(
  source: string,
  kind: ImportedModel["kind"],
  describe: (source: string) => Promise<ImportedModel>,
): Promise<InitializedWorkspace["models"][number]> {
  const { files } = platform;
  const there = source.endsWith(".json")
    ? source
    : files.join((await files.isDirectory(source)) ? source : files.dirname(source), "model.json");
  if (await files.exists(there)) {
    await (kind === "classifier"
      ? readJsonFile(there, classifierManifestSchema)
      : readJsonFile(there, autoencoderManifestSchema));
    return { kind, manifest: there };
  }
  const imported = await describe(source);
  if (imported.kind === kind) return imported;
  throw new CfalignError("usage", `"${source}": expected ${article(kind)}, found ${article(imported.kind)}`, {
    where: source,
  });
}

function article(kind: ImportedModel["kind"]): string {
  return kind === "autoencoder" ? "an autoencoder (an encoder and a decoder)" : "a classifier";
}

/** A classifier under a name that those before it do not have: its folder, or a number, is added to one that is not written down yet. */
async function toldApart(
  source: string,
  others: readonly { readonly manifest: string }[],
  importing: typeof importModel,
): Promise<InitializedWorkspace["models"][number]> {
  const { files } = platform;
  const model = await described(source, "classifier", (free) => importing(free, { guess: true }));
  const manifest = await readJsonFile(model.manifest, classifierManifestSchema);
  const { name } = manifest;
  const taken = new Set(
    await Promise.all(others.map(async (other) => (await readJsonFile(other.manifest, classifierManifestSchema)).name)),
  );
  if (!taken.has(name) || !("fields" in model)) return model;
  const folder = (await files.isDirectory(source)) ? source : files.dirname(source);
  const above = plainName(files.basename(files.dirname(files.resolve(folder))));
  const names = [`${above}-${name}`, ...Array.from({ length: taken.size + 1 }, (_, i) => `${name}-${i + 2}`)];
  const free = names.find((other) => !taken.has(other)) as string;
  await files.write(model.manifest, `${JSON.stringify({ ...manifest, name: free }, null, 2)}\n`);
  const fields = model.fields.map((field) =>
    field.field === "name" ? { ...field, value: free, from: `another model is called ${name}`, guessed: true } : field,
  );
  return { ...model, fields };
}

async function requireDistinct(manifests: readonly string[]): Promise<void> {
  const seen = new Map<string, string>();
  for (const manifest of manifests) {
    const { name } = await readJsonFile(manifest, classifierManifestSchema);
    const other = seen.get(name);
    if (other !== undefined) {
      throw new CfalignError(
        "input",
        `${manifest}: name: expected another than that of ${other}, got "${name}": import one of them under another name`,
        { where: manifest },
      );
    }
    seen.set(name, manifest);
  }
}

/** Pictures whose size is looked at. */
const mostLooked = 32;

/** Shorter sides of the first pictures of a folder. Errors: CfalignError("input") where there are none. */
async function sides(folder: string): Promise<readonly number[]> {
  const { files } = platform;
  if (!(await files.isDirectory(folder))) {
    throw new CfalignError("input", `"${folder}": expected a folder with images, got nothing there`, { where: folder });
  }
  const found: number[] = [];
  const listed = await files.list(folder);
  for (const name of listed) {
    if (found.length === mostLooked) break;
    try {
      const { width, height } = await platform.decodeImage(await files.read(files.join(folder, name)));
      found.push(Math.min(width, height));
    } catch (error) {
      // Tables lie among the pictures.
      if (!(error instanceof CfalignError)) throw error;
    }
  }
  if (found.length > 0) return found;
  throw new CfalignError(
    "input",
    `"${folder}": expected images, found none that can be used among ${listed.length} files (PNG, JPEG, WebP, GIF and TIFF can be)`,
    { where: folder },
  );
}

/** Autoencoders halve a picture up to five times. */
const step = 32;

/** Side of pictures without an autoencoder at most. */
const mostSide = 512;

/** The side from which more pixels say nothing: that of the pictures, or of what the classifiers take. */
function usefulSide(pictures: readonly number[], inputs: readonly InputSpec[]): number {
  return Math.min(median(pictures), Math.max(...inputs.flatMap(({ width, height }) => [width, height])));
}

function median(sides: readonly number[]): number {
  const sorted = [...sides].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] as number;
}

/** What classifiers take. */
function inputsOf(manifests: readonly string[]): Promise<readonly InputSpec[]> {
  return Promise.all(manifests.map(async (manifest) => (await readJsonFile(manifest, classifierManifestSchema)).input));
}

/** What the import was told here, as what it is. */
function asFound(imported: ImportedModel, size: { readonly guessed: boolean }): ImportedModel {
  const fields = imported.fields.map((field) => {
    if (field.field === "input.fit") return { ...field, from: "usual for photographs", guessed: true };
    const isSize = field.field === "input.width" || field.field === "input.height";
    return isSize && size.guessed ? { ...field, from: "the pictures and the classifiers", guessed: true } : field;
  });
  return { ...imported, fields };
}

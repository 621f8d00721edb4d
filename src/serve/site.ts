import { platform } from "#platform";
import { CfalignError } from "../base/errors.ts";
import { loadModel, locationsOf } from "../engine/load.ts";
import { readMetadata } from "../images/metadata.ts";
import { readJsonFile } from "../models/json-file.ts";
import { autoencoderManifestSchema, classifierManifestSchema } from "../models/manifest.ts";
import { builtInWorkspaces, locateWorkspace, workspaceFile, workspaceSchema } from "../models/workspace.ts";
import { readModel } from "../onnx/read.ts";
import { ownVersion } from "../platform/own-version.ts";
import { labelsOf } from "../world/factors.ts";
import { faceSource, renderFace } from "../world/render.ts";
import { pageFiles } from "./built-page.ts";
import { type GuessRound, guessRounds } from "./guess-rounds.ts";
import { fileAt, madeFile, type SiteFile } from "./site-file.ts";
import { wantedWebgpuFiles, webgpuFiles } from "./webgpu-files.ts";

/** What a page may be sent, by path without a leading "/": nothing that is not in here. */
export type Site = ReadonlyMap<string, SiteFile>;

/** What the page is told of its site. */
export interface SiteFacts {
  readonly title: string;
  /** Where the workspace file is in the site, as a relative URL. */
  readonly workspace: string;
  readonly pictures: readonly {
    readonly name: string;
    readonly file: string;
    /** 0 or 1 by name; absent of a picture without labels. */
    readonly labels?: Readonly<Record<string, number>>;
  }[];
  /** What shows something at once; absent where nobody knows. */
  readonly opening?: { readonly picture: string; readonly base: string };
  /** Rounds of the game; absent where nobody knows which classifier is biased. */
  readonly guess?: readonly GuessRound[];
  /** How many more pictures the workspace has. */
  readonly morePictures: number;
  /** Sum over the files of the models. */
  readonly modelBytes: number;
  /** Of cfalign. */
  readonly version: string;
  /** Whether a service worker has to give the page the headers that threads need. */
  readonly isolate: boolean;
  /** Whether onnxruntime's build for WebGPU is in the site. */
  readonly webgpu: boolean;
}

export interface SiteOptions extends Pick<SiteFacts, "isolate"> {
  /** Pictures to offer in place of the workspace's own: names, and paths of their files. */
  readonly pictures?: readonly { readonly name: string; readonly path: string }[];
  /** Whether onnxruntime's build for WebGPU, 27 MB, is to be in it. When absent, where it is installed: a server only reads what is asked for. */
  readonly webgpu?: boolean;
}

/** File of the facts in the site. */
export const factsFile = "site.json";

/** Pictures of a workspace that are offered, in the order of their names. */
const offered = 60;

/** Faces that are drawn for a built-in workspace, which has no folder of pictures; as `draw` does with this seed. */
const drawn = { count: 60, seed: 7 };

/** A face of the built-in world whose glasses a biased classifier looks at. */
const opening = { picture: "face-00003.png", base: "smiling-eyeglasses-95" };

/**
 * The live page with a workspace: its page, the models' files and some pictures. Everything is read once here, so that what a
 * workspace lacks is said at once. Errors: CfalignError("usage") without a workspace, or without a build for WebGPU that is wanted, ("runtime") without a built page, ("input") for files that do not hold.
 */
export async function siteOf(
  pathOrName: string | undefined,
  { isolate, webgpu, pictures: given }: SiteOptions,
): Promise<{ readonly site: Site; readonly facts: SiteFacts }> {
  const { files } = platform;
  const path = await locateWorkspace(pathOrName ?? workspaceFile);
  const contents = await readJsonFile(path, workspaceSchema);
  const folder = files.dirname(path);
  const manifests = [contents.autoencoder, ...contents.classifiers, ...contents.judges];
  const modelFiles = new Set<string>();
  for (const [place, file] of manifests.entries()) {
    for (const one of await filesOf(files.join(folder, file), place === 0)) modelFiles.add(one);
  }
  const root = commonFolder([path, ...modelFiles].map((file) => files.resolve(file)));
  const placeOf = (file: string): string => `workspace/${slashed(files.relative(root, files.resolve(file)))}`;
  const pictures =
    given !== undefined
      ? { shown: given.map(({ name, path }) => ({ name, file: fileAt(path), labels: undefined })), more: 0 }
      : contents.images === undefined
        ? await drawnPictures(pathOrName)
        : await folderPictures(files.join(folder, contents.images));

  const site = new Map<string, SiteFile>();
  for (const [name, file] of await pageFiles("live")) site.set(name, file);
  const accelerated = webgpu === false ? new Map() : await (webgpu ? wantedWebgpuFiles() : webgpuFiles());
  for (const [name, file] of accelerated) site.set(name, fileAt(file));
  for (const file of [path, ...modelFiles]) site.set(placeOf(file), fileAt(file));
  for (const [index, { name, file }] of pictures.shown.entries()) site.set(pictureFile(index, name), file);
  const sizes = await Promise.all([...modelFiles].map((file) => files.size(file)));
  const facts: SiteFacts = {
    title: files.basename(files.dirname(files.resolve(path))),
    workspace: placeOf(path).split("/").map(encodeURIComponent).join("/"),
    pictures: pictures.shown.map(({ name, labels }, index) => ({
      ...{ name, file: pictureFile(index, name) },
      ...(labels === undefined ? {} : { labels }),
    })),
    ...(isBuiltIn(pathOrName) && given === undefined ? { opening, guess: guessRounds } : {}),
    morePictures: pictures.more,
    modelBytes: sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0),
    version: await ownVersion(),
    isolate,
    webgpu: accelerated.size > 0,
  };
  site.set(factsFile, bytesOf(new TextEncoder().encode(JSON.stringify(facts)), "application/json"));
  return { site, facts };
}

/** A manifest with the files that it names and those these refer to. */
async function filesOf(manifest: string, isAutoencoder: boolean): Promise<readonly string[]> {
  const { files } = platform;
  const named = isAutoencoder
    ? await readJsonFile(manifest, autoencoderManifestSchema).then(({ encoder, decoder }) => [
        encoder.file,
        decoder.file,
      ])
    : [(await readJsonFile(manifest, classifierManifestSchema)).file];
  const found = [manifest];
  for (const name of named) {
    const model = files.join(files.dirname(manifest), name);
    // Refuses weights outside the model's folder, which must not be sent either.
    await loadModel(model);
    found.push(model);
    const { graph } = readModel(await files.read(model), { location: model, name: model });
    const beside = [...locationsOf(graph)].filter((place) => place !== model);
    found.push(...beside.map((place) => files.join(files.dirname(model), place)));
  }
  return found;
}

interface Pictures {
  readonly shown: readonly {
    readonly name: string;
    readonly file: SiteFile;
    readonly labels: Readonly<Record<string, number>> | undefined;
  }[];
  readonly more: number;
}

/** Formats that browsers decode. */
const picture = /\.(png|jpe?g|webp|gif)$/i;

async function folderPictures(folder: string): Promise<Pictures> {
  const { files } = platform;
  const listed = await files.list(folder);
  const names = listed.filter((name) => picture.test(name));
  const { labels } = await readMetadata(folder, listed);
  const shown = names.slice(0, offered).map((name) => ({
    ...{ name, file: fileAt(files.join(folder, name)) },
    labels: labels.get(name),
  }));
  return { shown, more: names.length - shown.length };
}

/** Faces of the built-in world; none for other workspaces. */
async function drawnPictures(name: string | undefined): Promise<Pictures> {
  if (!isBuiltIn(name)) return { shown: [], more: 0 };
  const source = faceSource(drawn.seed);
  const shown = Array.from({ length: drawn.count }, (_, index) => ({
    name: `face-${String(index).padStart(5, "0")}.png`,
    file: madeFile("image/png", async () => platform.encodeImage(await renderFace(source(index)), "png")),
    labels: labelsOf(source(index).strengths),
  }));
  return { shown, more: 0 };
}

function isBuiltIn(name: string | undefined): boolean {
  return name !== undefined && builtInWorkspaces.includes(name);
}

/** Where a picture is in the site: its own name may hold anything. */
function pictureFile(index: number, name: string): string {
  return `pictures/${index}${/\.\w+$/.exec(name)?.[0].toLowerCase() ?? ""}`;
}

function bytesOf(bytes: Uint8Array, type: string): SiteFile {
  return { type, size: async () => bytes.byteLength, read: async () => bytes };
}

/** The deepest folder that holds all of some absolute paths. */
function commonFolder(paths: readonly string[]): string {
  const { dirname, relative } = platform.files;
  let folder = dirname(paths[0] as string);
  const holds = (path: string): boolean => !/^(\.\.([\\/]|$)|[a-z]:)/i.test(relative(folder, path));
  while (!paths.every(holds)) {
    if (dirname(folder) === folder) {
      throw new CfalignError("input", "the files of the workspace are on several drives: keep them on one", {
        where: paths[0] as string,
      });
    }
    folder = dirname(folder);
  }
  return folder;
}

const slashed = (path: string): string => path.replaceAll("\\", "/");

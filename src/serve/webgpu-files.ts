import { platform } from "#platform";
import { CfalignError } from "../base/errors.ts";
import { builtPage } from "./built-page.ts";

/** onnxruntime's build for WebGPU: its script, and 27 MB of WebAssembly. */
const names = ["ort-wasm-simd-threaded.asyncify.mjs", "ort-wasm-simd-threaded.asyncify.wasm"];

/** File of the built page that says of which onnxruntime-web its scripts are. */
const versionFile = "onnxruntime-web.json";

/**
 * Paths of onnxruntime's build for WebGPU, by name; none where onnxruntime-web is not installed beside the package in the version that the page was
 * built with. They are not part of the package: most pages never ask for them.
 */
export async function webgpuFiles(): Promise<ReadonlyMap<string, string>> {
  const { files } = platform;
  const folder = await installed();
  if (folder === undefined) return new Map();
  if ((await versionIn(files.join(folder, "package.json"))) !== (await builtVersion())) return new Map();
  return new Map(names.map((name) => [name, files.join(folder, "dist", name)]));
}

/** As `webgpuFiles`, for who asked for them. Errors: CfalignError("usage") where they are not installed. */
export async function wantedWebgpuFiles(): Promise<ReadonlyMap<string, string>> {
  const found = await webgpuFiles();
  if (found.size > 0) return found;
  const version = await builtVersion();
  throw new CfalignError(
    "usage",
    (named) =>
      `${named("webgpu")}: expected onnxruntime-web ${version} beside cfalign, got none: npm install onnxruntime-web@${version}`,
    { option: "webgpu" },
  );
}

const builtVersion = async (): Promise<string> => versionIn(platform.files.join(await builtPage("live"), versionFile));

async function versionIn(path: string): Promise<string> {
  const text = new TextDecoder().decode(await platform.files.read(path));
  return (JSON.parse(text) as { readonly version: string }).version;
}

/** Folder of onnxruntime-web, looked for as Node looks for packages. */
async function installed(): Promise<string | undefined> {
  const { packageFolder, join, dirname, isDirectory, resolve } = platform.files;
  for (let at = resolve(packageFolder()); ; at = dirname(at)) {
    const folder = join(at, "node_modules", "onnxruntime-web");
    if (await isDirectory(folder)) return folder;
    if (dirname(at) === at) return undefined;
  }
}

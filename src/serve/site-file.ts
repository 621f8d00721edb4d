import { platform } from "#platform";

/** One file of a site. */
export interface SiteFile {
  /** MIME type. */
  readonly type: string;
  size(): Promise<number>;
  read(): Promise<Uint8Array>;
}

const types: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  mjs: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  json: "application/json",
  wasm: "application/wasm",
  woff2: "font/woff2",
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  webp: "image/webp",
  gif: "image/gif",
};

/** A file on disk. */
export function fileAt(path: string): SiteFile {
  return {
    type: types[path.split(".").at(-1)?.toLowerCase() ?? ""] ?? "application/octet-stream",
    size: async () => (await platform.files.size(path)) ?? 0,
    read: () => platform.files.read(path),
  };
}

/** A picture that is made when it is first asked for. */
export function madeFile(type: string, make: () => Promise<Uint8Array>): SiteFile {
  let bytes: Promise<Uint8Array> | undefined;
  const read = (): Promise<Uint8Array> => {
    bytes ??= make();
    return bytes;
  };
  return { type, size: async () => (await read()).byteLength, read };
}

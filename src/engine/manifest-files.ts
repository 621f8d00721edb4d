import { z } from "zod";
import { platform } from "#platform";
import { CfalignError } from "../base/errors.ts";
import { targetNames } from "./target-names.ts";

/** A file that a manifest names, and its hash if it states one. */
export interface NamedFile {
  readonly path: string;
  readonly sha256: string | undefined;
}

/** What a manifest says about its files; everything else in it is checked where it is used. */
export interface ManifestFiles {
  /** One file, or encoder and decoder. */
  readonly files: readonly NamedFile[];
  /** [1, channels, height, width] of the first file's input, or [1, height, width, channels] where its layout is so. */
  readonly image: readonly number[] | undefined;
  /** Names along axis 1 of the output; null for a place that means nothing. */
  readonly targets: readonly (string | null)[] | undefined;
}

const file = z.object({ file: z.string(), sha256: z.string().optional() });
const schema = z.object({
  file: z.string().optional(),
  sha256: z.string().optional(),
  encoder: file.optional(),
  decoder: file.optional(),
  input: z
    .object({ channels: z.number().default(3), height: z.number(), width: z.number(), layout: z.string().optional() })
    .optional(),
  targets: z.array(z.string().nullable()).optional(),
});

/** Reads where a manifest's files are. Errors: CfalignError("input") in one line. */
export async function readManifestFiles(path: string): Promise<ManifestFiles> {
  const { encoder, decoder, input, targets: written, ...own } = await parse(path);
  const targets = written && targetNames(written);
  const { dirname, join } = platform.files;
  const named = (spec: { readonly file: string; readonly sha256?: string | undefined }): NamedFile => ({
    path: join(dirname(path), spec.file),
    sha256: spec.sha256,
  });
  const image =
    input &&
    (input.layout === "nhwc"
      ? [1, input.height, input.width, input.channels]
      : [1, input.channels, input.height, input.width]);
  if (own.file !== undefined) return { files: [named({ file: own.file, sha256: own.sha256 })], image, targets };
  if (encoder !== undefined && decoder !== undefined)
    return { files: [named(encoder), named(decoder)], image, targets };
  throw new CfalignError("input", `${path}: expected "file", or "encoder" and "decoder", found neither`, {
    where: path,
  });
}

/** Refuses a file whose hash is not the one that its manifest states. */
export function checkHash(manifest: string, file: NamedFile, sha256: string): void {
  if (file.sha256 === undefined || file.sha256 === sha256) return;
  throw new CfalignError(
    "input",
    `${manifest}: sha256: expected ${file.sha256} for ${file.path}, got ${sha256}: the file is not the one that was described`,
    { where: manifest },
  );
}

async function parse(path: string): Promise<z.infer<typeof schema>> {
  const refuse = (reason: string, cause: unknown) =>
    new CfalignError("input", `${path}: not a model manifest: ${reason}`, { where: path, cause });
  const text = new TextDecoder().decode(await platform.files.read(path));
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw refuse((error as Error).message, error);
  }
  const { data, error } = schema.safeParse(content);
  if (data !== undefined) return data;
  throw refuse(error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; "), error);
}

import type { SiteFacts } from "../../serve/site.ts";
import type { GivenFile } from "./given-files.ts";

/** A picture that can be chosen: one of the workspace, or the reader's own. */
export interface Choosable {
  readonly name: string;
  /** Where it is shown from: a path of the site, or a blob of this page. */
  readonly source: string;
  /** What is known of it, 0 or 1 by name. */
  readonly labels?: Readonly<Record<string, number>>;
  /** The reader's own file; undefined for a picture of the workspace. */
  readonly file?: File;
}

/** The pictures of a site. */
export function picturesOf({ pictures }: SiteFacts): readonly Choosable[] {
  return pictures.map(({ name, file, labels = {} }) => ({ name, source: file, labels }));
}

/** The reader's files as pictures: they are never sent anywhere. */
export function ownPictures(files: readonly GivenFile[]): readonly Choosable[] {
  return files.map(({ file }) => ({ name: file.name, source: URL.createObjectURL(file), file }));
}

/** The bytes of a picture. Errors: an Error that names it. */
export async function bytesOf({ name, source, file }: Choosable): Promise<Uint8Array> {
  const read = file === undefined ? fetch(source).then((response) => (response.ok ? response : undefined)) : file;
  const bytes = await Promise.resolve(read)
    .then((from) => from?.arrayBuffer())
    .catch(() => undefined);
  if (bytes === undefined) throw new Error(`"${name}" cannot be read any more: choose it again`);
  return new Uint8Array(bytes);
}

/** Pictures by names of which no two are the same: files of several folders may share one. */
export function distinctNames(pictures: readonly Choosable[]): readonly (readonly [string, Choosable])[] {
  const taken = new Map<string, number>();
  return pictures.map((picture) => {
    const times = (taken.get(picture.name) ?? 0) + 1;
    taken.set(picture.name, times);
    return [times === 1 ? picture.name : `${times}/${picture.name}`, picture];
  });
}

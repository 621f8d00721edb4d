import type { SiteFacts } from "../../serve/site.ts";

/** A picture that can be chosen: one of the workspace, or the reader's own. */
export interface Choosable {
  readonly name: string;
  /** Where it is shown from: a path of the site, or a blob of this page. */
  readonly source: string;
  readonly own: boolean;
}

/** The pictures of a site. */
export function picturesOf({ pictures }: SiteFacts): readonly Choosable[] {
  return pictures.map(({ name, file }) => ({ name, source: file, own: false }));
}

/** The reader's files as pictures: they are never sent anywhere. */
export function ownPictures(files: Iterable<File>): readonly Choosable[] {
  return [...files].map((file) => ({ name: file.name, source: URL.createObjectURL(file), own: true }));
}

/** The bytes of a picture. Errors: an Error that names it. */
export async function bytesOf({ name, source }: Choosable): Promise<Uint8Array> {
  const response = await fetch(source).catch(() => undefined);
  if (!response?.ok) throw new Error(`"${name}" cannot be read any more: choose it again`);
  return new Uint8Array(await response.arrayBuffer());
}

import { platform } from "#platform";

/** A file name without its ending; with its place in the list where two images share it. */
export function stemOf(image: string, images: readonly string[]): string {
  const stem = (path: string): string => platform.files.basename(path).replace(/\.[^.]+$/, "");
  const twins = images.filter((other) => stem(other) === stem(image));
  return twins.length === 1 ? stem(image) : `${stem(image)}-${images.indexOf(image) + 1}`;
}

/** What an image is called in figures and JSON: as it was given, but not with the whole way on this machine. */
export function shownName(image: string): string {
  const { files } = platform;
  return files.resolve(image) === image ? files.basename(image) : image;
}

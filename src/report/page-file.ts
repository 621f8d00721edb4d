import { platform } from "#platform";
import { CfalignError } from "../base/errors.ts";
import type { PageData } from "./data.ts";
import { fillTemplate } from "./fill-template.ts";

/** Where a page goes, and how large it may be. */
export interface PageOptions {
  /** Path of the HTML file. */
  readonly out?: string;
  /** Largest size in MB (10^6 bytes), 15. */
  readonly maxSizeMb?: number;
  /** Whether to write a fragment of HTML that holds the page, for a notebook or a page of one's own. */
  readonly embed?: boolean;
}

/** What was written. */
export interface WrittenReport {
  readonly path: string;
  readonly bytes: number;
  /** Kept counterfactuals in the file, and those that did not fit. */
  readonly pictures: number;
  readonly omittedPictures: number;
  /** Kept counterfactuals in the file that have saliency maps. */
  readonly mapped: number;
}

/** The built page, without data. Errors: CfalignError("internal") if it was not built. */
export async function readTemplate(): Promise<string> {
  const { files } = platform;
  const path = files.join(files.packageFolder(), "dist", "ui", "index.html");
  if (!(await files.exists(path))) {
    throw new CfalignError(
      "internal",
      `${path}: expected the report's page, found nothing there: run npm run build:ui`,
      {
        where: path,
      },
    );
  }
  return new TextDecoder().decode(await files.read(path));
}

/** What a report says that is larger than it may be: `what` cannot be left out. */
export function tooLarge(what: string, maxSizeMb: number): CfalignError {
  return new CfalignError(
    "usage",
    (named) => `${named("maxSizeMb")}: expected enough for the figures of ${what}, got "${maxSizeMb}" MB: allow more`,
    { option: "maxSizeMb" },
  );
}

/** Where a page goes: where it was asked for, else into a folder under its own name. */
export function pagePath(folder: string, name: string, { out, embed = false }: PageOptions): string {
  return out ?? platform.files.join(folder, `${name}${embed ? ".fragment" : ""}.html`);
}

/** Writes a page; returns its size in bytes. */
export async function writePage(path: string, text: string, { embed = false }: PageOptions): Promise<number> {
  const { files } = platform;
  const bytes = new TextEncoder().encode(embed ? embedded(text) : text);
  await files.makeDirectory(files.dirname(path));
  await files.write(path, bytes);
  return bytes.length;
}

/** Writes data without pictures as a page. Errors: CfalignError("usage") if it is larger than it may be. */
export async function writeFigures(
  data: PageData,
  path: string,
  { what, ...options }: PageOptions & { readonly what: string },
): Promise<WrittenReport> {
  const { maxSizeMb = 15 } = options;
  const text = fillTemplate(await readTemplate(), data);
  if (new TextEncoder().encode(text).length > maxSizeMb * 1e6) throw tooLarge(what, maxSizeMb);
  return { path, bytes: await writePage(path, text, options), pictures: 0, omittedPictures: 0, mapped: 0 };
}

/**
 * A page as one element that can stand in another page, such as the output of a notebook: a frame of its own, so that the styles and scripts of the two never meet.
 * The frame may run its script and save files, and reaches nothing of the page around it.
 */
export function embedded(page: string): string {
  const attribute = page.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  return `<iframe title="cfalign report" sandbox="allow-scripts allow-downloads" style="width: 100%; height: 85vh; min-height: 600px; border: 0" srcdoc="${attribute}"></iframe>\n`;
}

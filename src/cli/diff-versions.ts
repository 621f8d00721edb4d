import { platform } from "#platform";
import { type Context, optionError } from "./context.ts";
import { defined, type StatisticsFlags, statisticsFlags } from "./options.ts";
import { answersFrom } from "./respondent-flags.ts";
import type { suiteVersionsOutput } from "./schemas.ts";
import { versionsHtml, versionsInOrder, versionsText } from "./versions-text.ts";

export interface VersionFlags extends StatisticsFlags {
  readonly about?: readonly string[];
  readonly feature?: string;
  readonly out?: string;
}

/** Panels of a figure: as many as can be read on a page. */
const mostPanels = 24;
const endings = ["svg", "png", "pdf", "html"] as const;

/** `cfalign diff --suite`: a feature's effect over versions of a classifier. sources: oldest first. */
export async function diffVersions(
  context: Context,
  { suite: path, sources }: { readonly suite: string; readonly sources: readonly string[] },
  flags: VersionFlags,
): Promise<void> {
  const { out, about, feature } = flags;
  const ending = out === undefined ? undefined : endings.find((each) => out.toLowerCase().endsWith(`.${each}`));
  if (out !== undefined && ending === undefined)
    throw optionError("--out", "a file that ends in .svg, .png, .pdf or .html", out);
  const { figureFile, millimetres, openSuite, suiteVersions, versionsFigure } = await context.library();
  const suite = await openSuite(path);
  const names = namesOf(sources);
  const features = feature?.split(",").map((name) => name.trim());
  // Before anybody is asked, which can take an hour.
  const known = suite.file.features.map(({ name }) => name);
  const unknown = features?.find((name) => !known.includes(name));
  if (unknown !== undefined) throw optionError("--feature", `features of the suite (${known.join(", ")})`, unknown);
  const versions = [];
  for (const [place, source] of sources.entries()) {
    versions.push({
      name: names[place] as string,
      answers: await answersFrom(context, suite, source, defined({ about, antialias: true })),
    });
  }
  const found = suiteVersions(suite, versions, {
    ...statisticsFlags(flags),
    ...defined({ features }),
  });
  for (const note of found.notes) context.output.say(`note: ${note}`);
  context.output.text(versionsText(found, context.output));
  if (out !== undefined && ending !== undefined) {
    const lines = versionsInOrder(found).filter(({ outcome }) => outcome !== null);
    const figure = versionsFigure(lines.slice(0, mostPanels), {
      ...{ title: `Reliance since ${names[0]}`, versions: names, minEffect: found.minEffect },
      width: (183 / 25.4) * 72,
    });
    const drawn = await figureFile(figure, ending === "html" ? "svg" : ending, { dpi: 300 });
    await platform.files.makeDirectory(platform.files.dirname(out));
    await platform.files.write(out, ending === "html" ? versionsHtml(found, new TextDecoder().decode(drawn)) : drawn);
    const left = lines.length > mostPanels ? `, the first ${mostPanels} of ${lines.length}` : "";
    context.output.text(`${out} (${millimetres(figure.width)} × ${millimetres(figure.height)} mm${left})`);
  }
  context.output.json<typeof suiteVersionsOutput>(found);
}

/** What versions are called: by their files, those of the usual names by their folders; in full where that is not enough. */
function namesOf(sources: readonly string[]): readonly string[] {
  const short = sources.map((source) => {
    const parts = source.replace(/\/+$/, "").split(/[\\/]/);
    const stem = (parts.at(-1) ?? source).replace(/\.(onnx|json|csv)$/i, "");
    return /^(model|predictions)$/i.test(stem) && parts.length > 1 ? (parts.at(-2) as string) : stem;
  });
  return new Set(short).size === short.length ? short : sources;
}

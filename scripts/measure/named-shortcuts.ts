// Measures what becomes of an unnamed mode that somebody names (docs/effects.md, "Modes"): models of garments with a planted artefact that no feature names. A simulated labeller
// takes the mode that looks like it, confirms or corrects its first labels, and labels more pictures drawn at random; a witness is trained on these labels alone, and the
// interventions say whether the artefact so named is used. Reads the run that scripts/measure/unnamed-shortcuts.ts left. Writes a table of docs/benchmark.md.
// Usage: node --conditions=source --import tsx scripts/measure/named-shortcuts.ts [development] [models 4]
import { platform } from "#platform";
import { effectCells, interventionsOf, withInterventions } from "../../bench/effects.ts";
import { alignmentRun, type Scene } from "../../bench/evidence.ts";
import { openScene } from "../../bench/open-scene.ts";
import type { Subject } from "../../bench/subjects.ts";
import { drawnChanges, largeEffect, looksLike, withoutFeature } from "../../bench/unnamed.ts";
import { createRandom } from "../../src/base/random.ts";
import { listImages } from "../../src/images/list-images.ts";
import { openWorkspace, trainWitness } from "../../src/index.ts";
import { type ModeLabels, modeLabels } from "../../src/modes/mode-labels.ts";
import { modesOf } from "../../src/modes/modes.ts";
import { meanChange } from "../../src/modes/picture-change.ts";
import { changedPictures } from "../../src/modes/run-modes.ts";
import { runThumbnails } from "../../src/report/thumbnails.ts";
import { markdownTable } from "../../test/house/markdown-table.ts";
import { writeAppendix } from "../docs/write-appendix.ts";
import { writeMarked } from "../docs/write-marked.ts";

const flags = process.argv.slice(2);
const split = flags.includes("development") ? "development" : "test";
const models = Number(flags.find((flag) => /^\d+$/.test(flag)) ?? 4);
const pictures = 60;
const edited = 20;
/** First labels of either kind, and how many pictures are labelled beside them. */
const first = 20;
const further = [60, 160];

const { files } = platform;
const drawn = await drawnChanges();
const out = `runs/bench-${split}`;
const { scene, effects } = await openScene({ world: "garments", split, quick: true, seed: 1, threads: 1, out });
const rows: string[][] = [];
try {
  const interventions = await interventionsOf(scene, { pictures: edited });
  const asked = { out: `${out}/unnamed-garments-path-${pictures}`, limit: pictures, direction: "path" } as const;
  const run = withInterventions(await alignmentRun(scene, asked), scene, interventions);
  const thumbnails = await runThumbnails(run);
  const truth = new Map((await listImages(scene.audit.folder, 1)).rows.map(({ image, labels }) => [image, labels]));
  const seen = new Set<string>();
  for (const [place, subject] of scene.subjects.entries()) {
    const { classifier, feature = "", cluster } = subject;
    const effect = effects.get(feature)?.[place] ?? 0;
    if (Math.abs(effect) < largeEffect || seen.has(cluster) || seen.size >= models) continue;
    const changed = changedPictures(thumbnails, classifier.name);
    const byImage = new Map(changed.map((picture) => [picture.image, picture]));
    const modes = modesOf(withoutFeature(run, subject))(classifier.name, changed);
    const mode = (modes?.modes ?? []).findIndex(({ images }) =>
      looksLike(meanChange(images.flatMap((image) => byImage.get(image) ?? [])), { feature, effect }, drawn),
    );
    if (modes === undefined || mode < 0) continue;
    seen.add(cluster);
    const labels = modeLabels({ modes, pictures: changed }, mode, first);
    const says = (image: string): number => truth.get(image)?.[feature] ?? 0;
    for (const more of further) {
      const told = await scene.remember("named", { name: classifier.name, labels, more, edited }, () =>
        named(subject, { ...labels, more }, says),
      );
      rows.push([classifier.name, feature, effect.toFixed(2), ...told]);
      console.error(rows.at(-1)?.join(" | "), process.cpuUsage().user / 1e6);
    }
  }
} finally {
  await scene.workspace.dispose();
}

/** How many first labels were right, what the witness is worth, and what the effect of the artefact so named is. */
async function named(
  subject: Subject,
  { ones, zeros, more }: ModeLabels & { readonly more: number },
  says: (image: string) => number,
): Promise<string[]> {
  // A mode in which something comes has it in none of its pictures: the labeller names what is there.
  const agree = [...ones.map((image) => says(image)), ...zeros.map((image) => 1 - says(image))];
  const right = agree.reduce((sum, one) => sum + one, 0);
  const shuffled = createRandom(`label ${subject.classifier.name}`).shuffle(scene.audit.names);
  const labelled = new Set([...ones, ...zeros, ...shuffled.slice(0, more)]);
  const folder = files.join(out, "named", subject.classifier.name.replaceAll(/[^\w-]/g, "-"));
  await files.remove(folder);
  await files.makeDirectory(folder);
  for (const image of labelled) {
    await files.write(files.join(folder, image), await files.read(files.join(scene.audit.folder, image)));
  }
  const table = files.join(folder, "metadata.csv");
  await files.write(
    table,
    ["file_name,named", ...[...labelled].map((image) => `${image},${says(image)}`), ""].join("\n"),
  );
  const first = `${Math.max(right, agree.length - right)} of ${agree.length}`;
  const witness = await trainWitness(table, {
    frame: scene.workspace.autoencoder.image,
    out: files.join(folder, "witness"),
  });
  const auroc = witness.readings[0]?.auroc;
  const read =
    auroc == null ? "–" : `${auroc.value.toFixed(2)} (${auroc.ci.map((end) => end.toFixed(2)).join(" to ")})`;
  if (witness.manifest === null) return [first, String(labelled.size), read, "no witness"];
  return [first, String(labelled.size), read, await verdictOf(subject, files.join(folder, "workspace.json"))];
}

/** What interventions say of the artefact once it has a name and a witness. */
async function verdictOf(subject: Subject, path: string): Promise<string> {
  const { feature } = subject;
  const given = {
    autoencoder: "../../../../zoo/garments/models/autoencoder/model.json",
    classifiers: ["witness/model.json"],
  };
  await files.write(path, JSON.stringify(given));
  await using workspace = await openWorkspace(path, { threads: 1 });
  const [witness] = workspace.classifiers();
  if (witness === undefined) return "no witness";
  const alone: Scene = {
    ...scene,
    subjects: [subject],
    features: [...scene.features.filter(({ name }) => name !== feature), { name: "named", classifier: witness }],
    remember: (_, __, make) => make(),
  };
  const moved = await interventionsOf(alone, { pictures: edited, counterfactuals: false });
  const cell = effectCells(alone, moved).find(({ effect }) => effect.feature === "named")?.effect;
  if (cell === undefined) return "no effect";
  const interval = cell.ci === null ? "" : ` (${cell.ci.map((end) => end.toFixed(2)).join(" to ")})`;
  return `${cell.state}${cell.reason === null ? "" : `, ${cell.reason}`}: ${cell.value.toFixed(2)}${interval}`;
}

const header = [
  ...["model", "artefact", "true effect", "first labels that were right", "labels", "AUROC of the witness"],
  "verdict: effect",
];
if (split === "development") console.log(markdownTable(header, rows));
else {
  const found = (some: typeof rows): string =>
    `${some.filter((row) => row.at(-1)?.startsWith("found")).length} of ${some.length}`;
  const sorted = rows.toSorted((a, b) => Number(a[4]) - Number(b[4]));
  const [few, many] = [sorted.slice(0, sorted.length / 2), sorted.slice(sorted.length / 2)];
  const labels = (some: typeof rows): string => `${some[0]?.[4]} to ${some.at(-1)?.[4]} labels`;
  await writeMarked(
    "docs/benchmark.md",
    "named",
    `Found: ${found(few)} models with ${labels(few)}, ${found(many)} with ${labels(many)}; the others got no witness. By model: [named-shortcuts.csv](data/named-shortcuts.csv).`,
  );
  await writeAppendix("docs/data/named-shortcuts.csv", [header, ...rows]);
}

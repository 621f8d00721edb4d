/**
 * Is a planted artefact found in photographs with a generic autoencoder, as it is and flattened? Writes docs/garments.md's tables.
 * Needs Fashion-MNIST (Debian's dataset-fashion-mnist) and the folder of a generic autoencoder's encoder.onnx and decoder.onnx.
 * Usage: node --conditions=source --import tsx scripts/measure/garments.ts AUTOENCODER [name=value …]; names as in `settings`.
 */
import { platform } from "#platform";
import { ARTEFACTS, type Artefact } from "../../bench/worlds/garments/artefacts.ts";
import { drawGarments } from "../../bench/worlds/garments/draw-garments.ts";
import { trueEffect } from "../../bench/worlds/garments/true-effect.ts";
import { GARMENTS, readWardrobe } from "../../bench/worlds/garments/wardrobe.ts";
import {
  type AlignFolderOptions,
  alignmentMatrix,
  flatten,
  importModel,
  type Matrix,
  type OpenRun,
  openWorkspace,
  predict,
  type Workspace,
} from "../../src/index.ts";
import { mean } from "../../src/statistics/moments.ts";
import { alignedRun } from "../../test/world/built-in-world.ts";
import { writeMarked } from "../docs/write-marked.ts";

const settings = {
  data: "/usr/share/datasets/fashion-mnist",
  world: "zoo/garments",
  /** For pictures, flattened autoencoders and runs: an interrupted measurement goes on there. */
  out: ".tmp/garments",
  /** Whether the autoencoder as it is takes part, and components of the flattened ones. */
  bare: "yes",
  components: "64,128,256",
  shifts: "1",
  bases: "clean,tag-80,tag-95,tone-95,stripe-80",
  /** Garments that two networks are lowered for, each to see what the other says. */
  garments: "long_sleeves,footwear",
  /** Images a base, and how many of them are decomposed. */
  limit: "40",
  decomposed: "20",
  draws: "4",
  /** Pictures: of the basis, of the audit, of the truth. */
  basis: "1500",
  pictures: "200",
  truth: "200",
  threads: "2",
};
const [autoencoder, ...given] = process.argv.slice(2);
if (autoencoder === undefined) throw new Error("usage: scripts/measure/garments.ts AUTOENCODER [name=value …]");
for (const text of given) {
  const [name = "", value = ""] = text.split("=");
  if (!(name in settings)) throw new Error(`${name}: expected one of ${Object.keys(settings).join(", ")}`);
  Object.assign(settings, { [name]: value });
}
const list = (text: string): readonly string[] => text.split(",").filter((part) => part !== "");
const { files } = platform;
const at = (...parts: string[]): string => files.resolve(files.join(settings.out, ...parts));

interface Planted {
  readonly artefact: Artefact;
  readonly agreement: number;
}
const recipe: { readonly count: number; readonly planted: Readonly<Record<string, Planted>> } = JSON.parse(
  new TextDecoder().decode(await files.read(files.join("zoo", "garments", "recipe.json"))),
);
const target = "long_sleeves";
const models = list(settings.bases);
/** Two networks that share nothing, for the same garments. */
const pairs = list(settings.garments).map((garment) => [`garments-a/${garment}`, `garments-b/${garment}`] as const);

const wardrobe = await readWardrobe(settings.data, "t10k");
async function drawn(name: string, count: number, seed: string): Promise<string> {
  const out = at(`${name}-${count}`);
  if (!(await files.exists(files.join(out, "metadata.csv")))) await drawGarments({ wardrobe, count, seed, out });
  return out;
}
const basisPictures = await drawn("basis", Number(settings.basis), "basis");
const pictures = await drawn("audit", Number(settings.pictures), "audit");

/** A workspace of the trained classifiers with an autoencoder. */
async function workspaceWith(manifest: string, name: string): Promise<string> {
  const path = at(`${name}.json`);
  const relative = (file: string): string => files.relative(at(), file);
  const classifiers = ["garments-a", "garments-b", ...models].map((model) =>
    relative(files.resolve(files.join(settings.world, "models", model, "model.json"))),
  );
  const autoencoder = relative(manifest);
  await files.write(path, JSON.stringify({ autoencoder, classifiers }));
  return path;
}

const bareManifest = at("generic.json");
await importModel(autoencoder, {
  size: { width: 64, height: 64 },
  out: bareManifest,
  overwrite: true,
  name: "generic",
});
const compile = { threads: Number(settings.threads) };
const bare = await workspaceWith(bareManifest, "bare");
const latents: { readonly name: string; readonly workspace: string }[] =
  settings.bare === "yes" ? [{ name: "as it is", workspace: bare }] : [];
for (const components of list(settings.components)) {
  const out = at(`flat-${components}-${settings.basis}`);
  const manifest = files.join(out, "model.json");
  if (!(await files.exists(manifest))) {
    await using workspace = await openWorkspace(bare, compile);
    await flatten(basisPictures, { workspace, components: Number(components), out, enter: false });
  }
  latents.push({ name: components, workspace: await workspaceWith(manifest, `flat-${components}`) });
}

async function effectsOf(workspace: Workspace): Promise<ReadonlyMap<string, readonly number[]>> {
  const classifiers = models.map((model) => workspace.classifier(model));
  const predictions: Parameters<typeof trueEffect>[0]["predict"] = async (images) =>
    (await predict(images, classifiers)).map((row) => row.map(({ prediction }) => prediction));
  const effects = new Map<string, readonly number[]>();
  for (const artefact of ARTEFACTS) {
    const options = { wardrobe, seed: "truth", count: Number(settings.truth), predict: predictions };
    effects.set(artefact, await trueEffect({ ...options, artefact }));
  }
  return effects;
}

interface Measured {
  readonly latent: string;
  readonly shift: string;
  readonly matrix: Matrix;
  readonly run: OpenRun;
  /** What a run calls a classifier: shorter, where its target alone tells it. */
  readonly named: ReadonlyMap<string, string>;
}
const measured: Measured[] = [];
let effects: ReadonlyMap<string, readonly number[]> | undefined;
for (const { name, workspace: path } of latents) {
  for (const [index, shift] of list(settings.shifts).entries()) {
    await using workspace = await openWorkspace(path, compile);
    effects ??= await effectsOf(workspace);
    // What a direction is made of does not depend on how far one goes along it.
    const decompose = { images: Number(settings.decomposed), draws: Number(settings.draws) };
    const options: AlignFolderOptions = {
      workspace,
      bases: [...models, ...pairs.flat()],
      concepts: [...pairs.map(([, b]) => b), ...ARTEFACTS.map((artefact) => `garments-b/${artefact}`)],
      limit: Number(settings.limit),
      maxShift: Number(shift),
      keepImages: 0,
      ...(index === 0 ? { decompose } : {}),
      out: at(
        "runs",
        `${name.replaceAll(" ", "-")}-${shift}-${settings.limit}-${settings.decomposed}-${settings.pictures}`,
      ),
    };
    const run = await alignedRun(pictures, options, (done, total) => {
      console.error(`${name}, shift ${shift}: ${done} of ${total}`);
    });
    const named = new Map(pairs.flat().map((classifier) => [classifier, workspace.classifier(classifier).name]));
    measured.push({ latent: name, shift, run, named, matrix: alignmentMatrix(run) });
  }
}

const two = (value: number | null | undefined): string => (value == null ? "–" : value.toFixed(2).replace("-", "−"));
const cellOf = (matrix: Matrix, base: string, downstream: string) =>
  matrix.cells.find((cell) => cell.base === base && cell.downstream === downstream);
const artefactOf = (name: string): string => `garments-b/${name}`;
const effectOf = (base: string, artefact: string): number => effects?.get(artefact)?.[models.indexOf(base)] as number;
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");

/** RC of a cell in the stratum that decides, and its state. */
function said(matrix: Matrix, base: string, downstream: string): string {
  const cell = cellOf(matrix, base, downstream);
  if (cell === undefined) return "–";
  const stratum = cell[cell.stratum ?? "present"];
  const why = cell.state === "unresolved" && cell.reason !== null ? `, ${cell.reason}` : "";
  return `${two(stratum.mean)} (n ${stratum.count}; ${cell.state ?? "not judged"}${why})`;
}

const headOf = measured.map(
  ({ latent, shift }) => `${latent === "as it is" ? latent : `flat ${latent}`}, shift ${shift}`,
);
const detection = table(
  ["classifier → artefact", "true effect", ...headOf],
  models.map((base) => {
    const artefact = recipe.planted[base]?.artefact ?? "tag";
    return [
      `${base} → ${artefact}`,
      two(effectOf(base, artefact)),
      ...measured.map(({ matrix }) => said(matrix, base, artefactOf(artefact))),
    ];
  }),
);

const decomposed = measured.filter(({ matrix }) => matrix.decomposition !== null);
const shares = table(
  [
    "classifier → artefact",
    "true effect",
    ...decomposed.map(({ latent }) => (latent === "as it is" ? latent : `flat ${latent}`)),
  ],
  [
    ...models.map((base) => {
      const artefact = recipe.planted[base]?.artefact ?? "tag";
      return [
        `${base} → ${artefact}`,
        two(effectOf(base, artefact)),
        ...decomposed.map(({ matrix }) => {
          const own = matrix.decomposition?.find((found) => found.base === base);
          const share = own?.shares.find(({ concept }) => concept === artefact);
          return `${two(share?.share)} (${share?.state ?? "in a group"})`;
        }),
      ];
    }),
    ...models.map((base) => [
      `${base}: explained part`,
      "",
      ...decomposed.map(({ matrix }) =>
        two(matrix.decomposition?.find((found) => found.base === base)?.explained.value),
      ),
    ]),
  ],
);

/** Mean RC over all images that moved. */
const transfer = table(
  ["base → another network, same garment", ...headOf],
  pairs.flatMap(([a, b]) =>
    (
      [
        [a, b],
        [b, a],
      ] as const
    ).map(([base, other]) => [
      `${base} → ${other.split("/")[0]}`,
      ...measured.map(({ matrix, named }) => {
        const cell = cellOf(matrix, named.get(base) ?? base, named.get(other) ?? other);
        return `${two(cell?.mean)} (n ${cell?.count ?? 0})`;
      }),
    ]),
  ),
);

/** Cells of artefacts, by what is true of them. */
const states = table(
  ["", ...headOf],
  (
    [
      ["true effect ≥ .1: found", (effect: number) => effect >= 0.1, "found"],
      ["true effect ≥ .1: clear (wrong)", (effect: number) => effect >= 0.1, "clear"],
      ["true effect ≤ .03: found (wrong)", (effect: number) => Math.abs(effect) <= 0.03, "found"],
      ["true effect ≤ .03: clear", (effect: number) => Math.abs(effect) <= 0.03, "clear"],
    ] as const
  ).map(([title, wanted, state]) => [
    title,
    ...measured.map(({ matrix }) => {
      const cells = models.flatMap((base) =>
        ARTEFACTS.filter((artefact) => wanted(effectOf(base, artefact))).map((artefact) =>
          cellOf(matrix, base, artefactOf(artefact)),
        ),
      );
      return `${cells.filter((cell) => cell?.state === state).length} of ${cells.length}`;
    }),
  ]),
);

const reached = table(
  ["", ...headOf],
  [
    [
      "drop reached, all bases",
      ...measured.map(({ matrix }) => {
        const sum = (of: (row: Matrix["rows"][number]) => number) =>
          matrix.rows.reduce((total, row) => total + of(row), 0);
        return `${sum(({ reached }) => reached)} of ${sum(({ selected }) => selected)}`;
      }),
    ],
    ...["0.2", "0.4", "0.6", "0.8", "1", "1.5", "2"].map((limit) => [
      `of these within a shift of ${limit}`,
      ...measured.map(({ run, shift }) => {
        if (Number(limit) > Number(shift)) return "–";
        const unit = run.file.latentScale ?? Number.NaN;
        const within = run.counterfactuals.filter(
          ({ shift, before, after }) => before - after >= run.options.drop && shift <= Number(limit) * unit,
        );
        return String(within.length);
      }),
    ]),
    [
      "same decision on the reconstruction, mean",
      ...measured.map(({ matrix }) => two(mean(matrix.audit.flatMap(({ agreement }) => agreement ?? [])))),
    ],
    [
      "targets that are blind",
      ...measured.map(({ matrix }) => String(matrix.audit.filter(({ blind }) => blind).length)),
    ],
  ],
);

const text = `${settings.pictures} pictures, up to ${settings.limit} images a base, drop 0.6; basis of ${settings.basis} other pictures; truth on ${settings.truth} pictures; decomposed on ${settings.decomposed} images with ${settings.draws} draws each. Classifiers trained on ${recipe.count} pictures each. RC where the artefact is present, unless only the other stratum decides.

Planted artefacts:

${detection}

States of all cells classifier × artefact (${models.length * ARTEFACTS.length} cells):

${states}

Shares of the direction, and the part of it that the concepts explain:

${shares}

Mean relative change of a network that shares nothing with the one that was lowered:

${transfer}

How far the counterfactuals came, and what the autoencoder loses (${GARMENTS.length} garments in two networks, ${ARTEFACTS.length} artefacts, ${models.length} classifiers of ${target}):

${reached}`;
console.log(text);
await writeMarked("docs/garments.md", "garments", text);

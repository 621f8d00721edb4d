/**
 * Is a planted artefact found in photographs, with a generic autoencoder as it is and flattened, and with one that was trained on such pictures?
 * Writes the table of docs/garments.md, and those in docs/data/ that it links to. A flattened autoencoder is left with a folder of models for
 * `bench planted --world garments --models`. Needs Fashion-MNIST (Debian's dataset-fashion-mnist) and the folder of a generic autoencoder's encoder.onnx and decoder.onnx.
 * Usage: node --conditions=source --import tsx scripts/measure/measure-garments.ts AUTOENCODER [name=value …]; names as in `settings`.
 */
import { z } from "zod";
import { platform } from "#platform";
import { ARTEFACTS } from "../../bench/worlds/garments/artefacts.ts";
import { drawGarments } from "../../bench/worlds/garments/draw-garments.ts";
import { trueEffect } from "../../bench/worlds/garments/true-effect.ts";
import { readWardrobe } from "../../bench/worlds/garments/wardrobe.ts";
import { trainedSchema } from "../../bench/worlds/trained.ts";
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
import { writeAppendix } from "../docs/write-appendix.ts";
import { writeMarked } from "../docs/write-marked.ts";

const settings = {
  data: "/usr/share/datasets/fashion-mnist",
  world: "zoo/garments",
  /** For pictures, flattened autoencoders and runs: an interrupted measurement goes on there. */
  out: ".tmp/garments",
  /** `trained`: the autoencoder of the world; `bare`: the generic one; a number: flattened to as many components. */
  latents: "bare,64,128,256,trained",
  directions: "gradient,path",
  shifts: "1",
  /** Heads of the file `planted`; what was planted in them is in models.json. */
  bases:
    "long_sleeves-control-test-1,footwear-control-test-1,long_sleeves-tag-80-1,long_sleeves-frame-80-1,footwear-stripe-80-1,footwear-stain-80-1,long_sleeves-tone-20-1,long_sleeves-ring-20-1",
  /** Garments that two networks are lowered for, each to see what the other says. */
  garments: "long_sleeves,footwear",
  /** Images a base, and how many of them are decomposed. */
  limit: "40",
  decomposed: "20",
  draws: "8",
  /** Pictures: of the basis, of the audit, of the truth. */
  basis: "1500",
  pictures: "200",
  truth: "200",
  threads: "2",
};
const [autoencoder, ...given] = process.argv.slice(2);
if (autoencoder === undefined) throw new Error("usage: scripts/measure/measure-garments.ts AUTOENCODER [name=value …]");
for (const text of given) {
  const [name = "", value = ""] = text.split("=");
  if (!(name in settings)) throw new Error(`${name}: expected one of ${Object.keys(settings).join(", ")}`);
  Object.assign(settings, { [name]: value });
}
const list = (text: string): readonly string[] => text.split(",").filter((part) => part !== "");
const { files } = platform;
const at = (...parts: string[]): string => files.resolve(files.join(settings.out, ...parts));

const described = z
  .array(trainedSchema)
  .parse(JSON.parse(new TextDecoder().decode(await files.read(files.join(settings.world, "models.json")))));
const bases = list(settings.bases).map((name) => {
  const model = described.find((other) => other.name === name);
  if (model === undefined) throw new Error(`bases: ${name}: not in models.json`);
  return model;
});
const models = bases.map(({ name }) => `planted/${name}`);
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

/** A folder like that of the world's models, with another autoencoder; returns the workspace that is measured here. */
async function workspaceWith(manifest: string, name: string): Promise<string> {
  const from = at(name);
  await files.makeDirectory(from);
  const relative = (file: string): string => files.relative(from, files.resolve(file));
  const model = (own: string): string => relative(files.join(settings.world, "models", own, "model.json"));
  const write = (file: string, classifiers: readonly string[], judges: readonly string[]): Promise<void> => {
    const roles = {
      classifiers: classifiers.map(model),
      ...(judges.length === 0 ? {} : { judges: judges.map(model) }),
    };
    return files.write(files.join(from, file), JSON.stringify({ autoencoder: relative(manifest), ...roles }));
  };
  for (const file of ["recipe.json", "models.json"]) {
    await files.write(files.join(from, file), await files.read(files.join(settings.world, file)));
  }
  await write("cfalign.json", ["planted", "garments-a"], ["garments-b"]);
  // Here the second network is lowered too, which a judge is not.
  await write("both.json", ["planted", "garments-a", "garments-b"], []);
  return files.join(from, "both.json");
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

async function workspaceOf(latent: string): Promise<string> {
  if (latent === "bare") return bare;
  if (latent === "trained")
    return workspaceWith(files.join(settings.world, "models", "autoencoder", "model.json"), latent);
  const out = at(`basis-${latent}-${settings.basis}`);
  const manifest = files.join(out, "model.json");
  if (!(await files.exists(manifest))) {
    await using workspace = await openWorkspace(bare, compile);
    await flatten(basisPictures, { workspace, components: Number(latent), out, enter: false });
  }
  return workspaceWith(manifest, `flat-${latent}`);
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
  readonly direction: string;
  readonly shift: string;
  readonly matrix: Matrix;
  /** By relative change alone, without the decomposition. */
  readonly alone: Matrix;
  readonly run: OpenRun;
  /** What a run calls a classifier: shorter, where its target alone tells it. */
  readonly named: ReadonlyMap<string, string>;
}
const measured: Measured[] = [];
let effects: ReadonlyMap<string, readonly number[]> | undefined;
for (const latent of list(settings.latents)) {
  await using workspace = await openWorkspace(await workspaceOf(latent), compile);
  effects ??= await effectsOf(workspace);
  for (const direction of list(settings.directions)) {
    for (const shift of list(settings.shifts)) {
      // What a direction is made of depends neither on the search nor on how far one goes.
      const first = measured.every((other) => other.latent !== latent);
      const decompose = { images: Number(settings.decomposed), draws: Number(settings.draws) };
      const counts = [settings.limit, settings.decomposed, settings.draws, settings.pictures];
      const options: AlignFolderOptions = {
        workspace,
        bases: [...models, ...pairs.flat()],
        downstream: [...pairs.flat(), ...ARTEFACTS.map(artefactOf)],
        concepts: [...pairs.map(([, b]) => b), ...ARTEFACTS.map(artefactOf)],
        limit: Number(settings.limit),
        direction: directionOf(direction),
        maxShift: Number(shift),
        keepImages: 0,
        ...(first ? { decompose } : {}),
        out: at("runs", [latent, direction, shift, ...counts].join("-")),
      };
      const run = await alignedRun(pictures, options, (done, total) => {
        console.error(`${latent}, ${direction}, shift ${shift}: ${done} of ${total}`);
      });
      const named = new Map(
        [...models, ...pairs.flat(), ...ARTEFACTS.map(artefactOf)].map((name) => [
          name,
          workspace.classifier(name).name,
        ]),
      );
      const {
        products = [],
        conceptSets = {},
        options: asked,
      } = measured.find((other) => other.latent === latent)?.run ?? run;
      const told = { ...run, products, conceptSets, options: { ...run.options, decompose: asked.decompose } };
      const alone = alignmentMatrix({ ...run, products: [] });
      measured.push({ latent, direction, shift, run, named, matrix: alignmentMatrix(told), alone });
    }
  }
}

function directionOf(text: string): "gradient" | "smoothed" | "path" {
  if (text === "gradient" || text === "smoothed" || text === "path") return text;
  throw new Error(`directions: expected gradient, smoothed or path, got ${text}`);
}

const two = (value: number | null | undefined): string => (value == null ? "–" : value.toFixed(2).replace("-", "−"));
function artefactOf(name: string): string {
  return `garments-b/${name}`;
}
function cellOf({ matrix, named }: Pick<Measured, "matrix" | "named">, base: string, downstream: string) {
  const [from, to] = [named.get(base), named.get(downstream)];
  return matrix.cells.find((cell) => cell.base === from && cell.downstream === to);
}
const effectOf = (base: string, artefact: string): number => effects?.get(artefact)?.[models.indexOf(base)] as number;
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");

/** RC of a cell where it is decided, and its state. */
function said(one: Measured, base: string, downstream: string): string {
  const cell = cellOf(one, base, downstream);
  if (cell === undefined) return "–";
  const { mean: figure, count } = cell.deciding;
  const why = cell.state === "unresolved" && cell.reason !== null ? `, ${cell.reason}` : "";
  return `${two(figure)} (n ${count}; ${cell.state ?? "not judged"}${why})`;
}

const nameOf = (latent: string): string =>
  latent === "bare" ? "generic as it is" : latent === "trained" ? "trained on garments" : `flattened to ${latent}`;
const headOf = measured.map(({ latent, direction, shift }) => `${nameOf(latent)}, ${direction}, shift ${shift}`);
/** A planted artefact; of a control every artefact is one that it has no use for, and the tag stands for them. */
const asked = bases.map(({ name, feature }, i) => ({ name, base: models[i] as string, artefact: feature ?? "tag" }));
const detection = [
  ["classifier → artefact", "true effect", ...headOf],
  ...asked.map(({ name, base, artefact }) => [
    `${name} → ${artefact}`,
    two(effectOf(base, artefact)),
    ...measured.map((one) => said(one, base, artefactOf(artefact))),
  ]),
];

/** One for each latent. */
const decomposed = measured.filter((one, i) => measured.findIndex(({ latent }) => latent === one.latent) === i);
const explainedOf = ({ matrix, named }: Measured, base: string) =>
  matrix.decomposition?.find((found) => found.base === (named.get(base) ?? base));
const shares = [
  ["classifier → artefact", "true effect", ...decomposed.map(({ latent }) => nameOf(latent))],
  ...asked.map(({ name, base, artefact }) => [
    `${name} → ${artefact}`,
    two(effectOf(base, artefact)),
    ...decomposed.map((one) => {
      const share = explainedOf(one, base)?.shares.find(({ concept }) => concept === artefact);
      return `${two(share?.share)} (${share?.state ?? "in a group"})`;
    }),
  ]),
  ...asked.map(({ name, base }) => [
    `${name}: explained part`,
    "",
    ...decomposed.map((one) => two(explainedOf(one, base)?.explained.value)),
  ]),
  [
    "explained part, mean",
    "",
    ...decomposed.map((one) => two(mean(models.flatMap((base) => explainedOf(one, base)?.explained.value ?? [])))),
  ],
];

/** Both ways between the networks of every pair. */
const ways = pairs.flatMap(([a, b]) => [[a, b] as const, [b, a] as const]);
const transferred = (one: Measured): readonly number[] =>
  ways.flatMap(([base, other]) => cellOf(one, base, other)?.mean ?? []);
/** Mean RC over all images that moved. */
const transfer = [
  ["base → another network, same garment", ...headOf],
  ...ways.map(([base, other]) => [
    `${base} → ${other.split("/")[0]}`,
    ...measured.map((one) => {
      const cell = cellOf(one, base, other);
      return `${two(cell?.mean)} (n ${cell?.count ?? 0})`;
    }),
  ]),
  ["mean", ...measured.map((one) => two(mean(transferred(one))))],
];

/** Cells of classifiers and artefacts that are in a state, of those with a true effect of a size. */
function counted(
  one: Pick<Measured, "matrix" | "named">,
  wanted: (effect: number) => boolean,
  state: "found" | "clear",
): string {
  const cells = models.flatMap((base) =>
    ARTEFACTS.filter((artefact) => wanted(effectOf(base, artefact))).map((artefact) =>
      cellOf(one, base, artefactOf(artefact)),
    ),
  );
  return `${cells.filter((cell) => cell?.state === state).length} of ${cells.length}`;
}
const byItself = ({ alone, named }: Measured) => ({ matrix: alone, named });
const used = (effect: number): boolean => Math.abs(effect) >= 0.1;
const unused = (effect: number): boolean => Math.abs(effect) <= 0.03;
const states = [
  ["", ...headOf],
  ["true effect ≥ .1: found", ...measured.map((one) => counted(one, used, "found"))],
  ["true effect ≥ .1: clear (wrong)", ...measured.map((one) => counted(one, used, "clear"))],
  ["true effect ≤ .03: found (wrong)", ...measured.map((one) => counted(one, unused, "found"))],
  ["true effect ≤ .03: clear", ...measured.map((one) => counted(one, unused, "clear"))],
  ["≥ .1: found by relative change alone", ...measured.map((one) => counted(byItself(one), used, "found"))],
  ["≤ .03: found by relative change alone (wrong)", ...measured.map((one) => counted(byItself(one), unused, "found"))],
];

const reachedOf = ({ matrix }: Measured): string => {
  const sum = (of: (row: Matrix["rows"][number]) => number) => matrix.rows.reduce((total, row) => total + of(row), 0);
  return `${sum(({ reached }) => reached)} of ${sum(({ selected }) => selected)}`;
};
const reached = [
  ["", ...headOf],
  ["drop reached, all bases", ...measured.map(reachedOf)],
  ...["0.2", "0.4", "0.6", "0.8", "1", "1.5", "2"]
    .filter((limit) => list(settings.shifts).some((shift) => Number(limit) <= Number(shift)))
    .map((limit) => [
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
  ["targets that are blind", ...measured.map(({ matrix }) => String(matrix.audit.filter(({ blind }) => blind).length))],
];

const counts = `${settings.pictures} pictures, up to ${settings.limit} images a base, drop 0.6; basis of ${settings.basis} other pictures; truth on ${settings.truth} pictures; decomposed on ${settings.decomposed} images with ${settings.draws} draws each.`;
const explainedIn = ({ latent }: Measured): string => {
  const one = decomposed.find((other) => other.latent === latent);
  return two(
    mean(models.flatMap((base) => (one === undefined ? [] : (explainedOf(one, base)?.explained.value ?? [])))),
  );
};
const short = table(
  [
    ...["autoencoder, direction, shift limit", "used: found", "not used: found", "by relative change alone"],
    ...["transfer", "explained", "drop reached"],
  ],
  // Of the flattened the one that is taken.
  measured.flatMap((one, i) =>
    /flattened to (64|256)/.test(headOf[i] as string)
      ? []
      : [
          [
            headOf[i] as string,
            counted(one, used, "found"),
            counted(one, unused, "found"),
            counted(byItself(one), unused, "found"),
            two(mean(transferred(one))),
            explainedIn(one),
            reachedOf(one),
          ],
        ],
  ),
);
const text = `${short}

${counts} Cell by cell: [planted](data/garments-planted.csv), [states](data/garments-states.csv), [shares](data/garments-shares.csv), [transfer](data/garments-transfer.csv), [reach](data/garments-reached.csv).`;
console.log(text);
await writeMarked("docs/garments.md", "garments", text);
await writeAppendix("docs/data/garments-planted.csv", detection);
await writeAppendix("docs/data/garments-states.csv", states);
await writeAppendix("docs/data/garments-shares.csv", shares);
await writeAppendix("docs/data/garments-transfer.csv", transfer);
await writeAppendix("docs/data/garments-reached.csv", reached);

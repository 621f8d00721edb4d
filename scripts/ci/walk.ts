// The walk of docs/your-models.md on real things: a classifier in the layout of transformers (zoo/garment-kinds), photographs of
// garments (Debian's dataset-fashion-mnist), labels in a CSV, and TAEF2, which is no part of this project and is looked for in
// shared/models/taef2 of a folder above the checkout. No JSON is written. Prints one line per check, then the counts; exits 1 if
// any fails.
// Usage: node --conditions=source --import tsx scripts/ci/walk.ts [pictures=1000] [limit=…, as align has it when absent] [out=.tmp/walk]
import { spawnSync } from "node:child_process";
import { copyFileSync, cpSync, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { platform } from "#platform";
import { GARMENT_SIZE, readWardrobe } from "../../bench/worlds/garments/wardrobe.ts";
import { alignmentMatrix } from "../../src/audit/matrix.ts";
import { conceptsOutput, flattenOutput, initOutput } from "../../src/cli/schemas.ts";
import { openRun } from "../../src/results/open-run.ts";
import { check, endChecks } from "./counted-checks.ts";

const root = resolve(import.meta.dirname, "../..");
const given = new Map(process.argv.slice(2).map((argument) => argument.split("=") as [string, string]));
const pictures = Number(given.get("pictures") ?? 1000);
const limit = given.get("limit");
const folder = resolve(given.get("out") ?? ".tmp/walk");

/** What the labels say of a garment, by its class in Fashion-MNIST. */
const labels = { shoe: [5, 7, 9], top: [0, 2, 4, 6], trouser: [1] } as const;

async function prepare(autoencoder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "photos"), { recursive: true });
  mkdirSync(join(folder, "taef2"));
  cpSync(join(root, "zoo", "garment-kinds"), join(folder, "my-model"), { recursive: true });
  for (const file of ["encoder.onnx", "decoder.onnx"])
    copyFileSync(join(autoencoder, file), join(folder, "taef2", file));
  const wardrobe = await readWardrobe("/usr/share/datasets/fashion-mnist", "t10k");
  const rows = ["file_name,shoe,top,trouser"];
  for (let i = 0; i < pictures; i++) {
    const [name, kind] = [`garment-${String(i).padStart(4, "0")}.png`, wardrobe.kind(i)];
    const grey = wardrobe.pixels(i);
    const data = Uint8Array.from({ length: 3 * grey.length }, (_, at) => grey[Math.floor(at / 3)] as number);
    const image = { data, width: GARMENT_SIZE, height: GARMENT_SIZE, channels: 3 } as const;
    writeFileSync(join(folder, "photos", name), await platform.encodeImage(image, "png"));
    const has = Object.values(labels).map((kinds: readonly number[]) => (kinds.includes(kind) ? 1 : 0));
    rows.push([name, ...has].join(","));
  }
  writeFileSync(join(folder, "photos", "metadata.csv"), `${rows.join("\n")}\n`);
}

/** Runs a command of the walk as a user does, and tells how it ended and how long it took. */
function cfalign(...argv: readonly string[]): string {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, "dist/cli/main.js"), ...argv], {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  const seconds = (performance.now() - started) / 1000;
  const wrong = status === 0 ? "" : `, exit ${status}: ${stderr.trim().split("\n").at(-1)}`;
  check(
    `cfalign ${argv.filter((word) => word !== "--json").join(" ")}`,
    status === 0,
    `${seconds.toFixed(0)} s${wrong}`,
  );
  return stdout;
}

async function walk(): Promise<void> {
  const made = initOutput.parse(
    JSON.parse(cfalign("init", "--classifier", "my-model", "--autoencoder", "taef2", "--images", "photos", "--json")),
  );
  check(
    "init tries both models, and they run",
    made.preflight.runs && made.preflight.autoencoder.spatial,
    made.preflight.statements.map(({ level, about }) => `${level} ${about}`).join(", "),
  );
  const flat = flattenOutput.parse(JSON.parse(cfalign("flatten", "--json")));
  check(
    "the flat latent keeps most decisions, and has fewer numbers",
    flat.components < flat.latent && (flat.chosen.decisionsKept ?? 0) > 0.7,
    `${flat.components} of ${flat.latent} numbers, ${((flat.chosen.decisionsKept ?? 0) * 100).toFixed(0)} % of decisions (${((flat.bare.decisionsKept ?? 0) * 100).toFixed(0)} % as it is)`,
  );
  const { readings } = conceptsOutput.parse(JSON.parse(cfalign("concepts", "photos/metadata.csv", "--json")));
  check(
    "all three labels can be read from it",
    readings.length === 3 && readings.every(({ refused }) => refused === null),
    readings.map(({ label, auroc }) => `${label} ${auroc?.value.toFixed(3)}`).join(", "),
  );
  cfalign("align", "--decompose", ...(limit === undefined ? [] : ["--limit", limit]));
  cfalign("report");
  const run = await openRun(join(folder, "runs", "1"));
  const { bases, probes = [] } = run.file;
  check(
    "every kind is lowered and no probe",
    bases.length === 10 && probes.length === 3,
    `${bases.join(", ")}; probes ${probes.join(", ")}`,
  );
  // Classes of one softmax add up to 1: by as much as one falls, the others rise together.
  const { cells } = alignmentMatrix(run);
  const sums = bases.map((base) => {
    const others = cells.filter(
      (cell) => cell.base === base && cell.downstream !== base && bases.includes(cell.downstream),
    );
    return others.reduce((sum, { mean }) => sum + (mean ?? Number.NaN), 0);
  });
  check(
    "by as much as one kind falls, the nine others rise: relative changes of −1 together",
    sums.every((sum) => Math.abs(sum + 1) < 1e-6),
    sums.map((sum) => sum.toFixed(2)).join(", "),
  );
  const size = statSync(join(folder, "runs/1/report.html")).size;
  check("the report is one file that can be mailed", size > 1e5 && size < 25e6, `${(size / 1e6).toFixed(1)} MB`);
}

/** shared/models/taef2 of the nearest folder above that has it. */
function sharedAutoencoder(): string | undefined {
  for (let at = root; at !== dirname(at); at = dirname(at)) {
    const found = join(dirname(at), "shared", "models", "taef2");
    if (existsSync(join(found, "encoder.onnx"))) return found;
  }
  return undefined;
}

const autoencoder = sharedAutoencoder();
check(
  "TAEF2 lies above the checkout",
  autoencoder !== undefined,
  autoencoder === undefined ? "no shared/models/taef2" : "found",
);
if (autoencoder !== undefined) {
  const started = performance.now();
  try {
    await prepare(autoencoder);
    await walk();
  } catch (error) {
    check("the walk comes to its end", false, (error as Error).message.split("\n")[0] ?? "");
  }
  console.log(
    `${pictures} pictures, limit ${limit ?? "by default"}: ${((performance.now() - started) / 60_000).toFixed(1)} minutes`,
  );
}
endChecks();

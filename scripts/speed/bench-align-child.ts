// One job of bench-align.ts in a process of its own: does a verb's work on a folder with the sources of a checkout, counts every run of a
// session, and afterwards measures each kind of run alone. Prints one line of JSON.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import type { alignFolder, openWorkspace, rectify } from "../../src/index.ts";
import type { Platform, Session, TypedTensor } from "../../src/platform/platform.ts";

/**
 * What is measured: an audit of every base; a decomposition of the planted classifiers into what `attributes` knows; the repair of one of
 * them.
 */
export type BenchVerb = "align" | "decompose" | "rectify";

export interface AlignJob {
  readonly verb: BenchVerb;
  /** Folder of the checkout whose sources run. */
  readonly root: string;
  readonly faces: string;
  readonly out: string;
  readonly limit: number;
  readonly keepImages: number;
  readonly direction: "gradient" | "smoothed" | "path";
  /** Processes that share the job; their runs are not counted. */
  readonly workers: number;
  /** Times that each kind of run is measured alone; 0 for none. */
  readonly alone: number;
}

/** Runs of one session at one shape. */
export interface RunKind {
  readonly model: string;
  /** Dimensions of the first input. */
  readonly shape: readonly number[];
  readonly runs: number;
  /** Milliseconds within them, in the job. */
  readonly ms: number;
  /** Milliseconds of one run at its best, alone; 0 where it was not measured. */
  readonly best: number;
}

export interface AlignFigures {
  readonly seconds: number;
  /** Processor time of all threads and workers, which says more than `seconds` on a machine that has other work. */
  readonly cpuSeconds: number;
  /** What was made, in words. */
  readonly made: string;
  readonly kinds: readonly RunKind[];
}

interface Counted {
  readonly session: Session;
  readonly model: string;
  readonly feeds: Readonly<Record<string, TypedTensor>>;
  readonly fetches: readonly string[] | undefined;
  runs: number;
  ms: number;
}

const job = JSON.parse(process.argv[2] ?? "") as AlignJob;
const from = (path: string): Promise<unknown> => import(pathToFileURL(join(job.root, path)).href);
const { platform } = (await from("src/platform/node.ts")) as { platform: Platform };
const library = (await from("src/index.ts")) as {
  alignFolder: typeof alignFolder;
  openWorkspace: typeof openWorkspace;
  rectify: typeof rectify;
};

const kinds = new Map<string, Counted>();
let sessions = 0;
const create = platform.createSession;
platform.createSession = async (bytes, options) => {
  const session = await create(bytes, options);
  const place = sessions++;
  // Sessions that a graph is only looked at with run once or twice, at other shapes.
  const model = options?.optimization === "disabled" ? "shapes" : nameOf(bytes, session);
  return {
    ...session,
    async run(feeds, fetches) {
      const shape = Object.values(feeds)[0]?.dims ?? [];
      const key = `${place} ${shape.join()} ${fetches?.join() ?? ""}`;
      const kind = kinds.get(key) ?? { session, model, feeds: copied(feeds), fetches, runs: 0, ms: 0 };
      kinds.set(key, kind);
      const started = performance.now();
      const results = await session.run(feeds, fetches);
      kind.ms += performance.now() - started;
      kind.runs += 1;
      return results;
    },
  };
};

/** Processor time of the child processes that have ended, in a unit of a hundredth of a second (man 5 proc, fields 16 and 17). */
function childSeconds(): number {
  const fields = readFileSync("/proc/self/stat", "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

/** What a session computes, by the names in its graph. */
function nameOf(bytes: Uint8Array, { inputNames, outputNames }: Session): string {
  const text = Buffer.from(bytes).toString("latin1");
  const classifier = /classifier:([^/]+)\//.exec(text)?.[1];
  const parts = [text.includes("encoder/") ? "encoder" : "", text.includes("decoder/") ? "decoder" : "", classifier];
  const gradient = [...inputNames, ...outputNames].some((name) => name.startsWith("grad:")) ? " gradient" : "";
  return `${parts.filter((part) => part).join(" + ")}${gradient}`;
}

function copied(feeds: Readonly<Record<string, TypedTensor>>): Readonly<Record<string, TypedTensor>> {
  return Object.fromEntries(
    Object.entries(feeds).map(([name, tensor]) => [name, { ...tensor, data: tensor.data.slice() } as TypedTensor]),
  );
}

async function ended<T>(steps: AsyncGenerator<unknown, T, void>): Promise<T> {
  let step = await steps.next();
  while (step.done !== true) step = await steps.next();
  return step.value;
}

const workspace = await library.openWorkspace("cartoon-faces");
const { faces, out, limit, alone, keepImages, direction, workers } = job;
const planted = ["smiling-eyeglasses-75", "smiling-eyeglasses-85", "smiling-eyeglasses-95", "smiling-lipstick-95"];
/** Does the work; says what was made. */
const work: Readonly<Record<BenchVerb, () => Promise<string>>> = {
  async align() {
    const options = { workspace, out, limit, keepImages, direction, workers };
    const made = await ended(library.alignFolder(faces, { ...options, bases: workspace.classifiers("all") }));
    return `${made.counterfactuals} counterfactuals`;
  },
  async decompose() {
    const concepts = workspace.classifiers("all").filter(({ terms }) => terms[0]?.model.name === "attributes");
    const bases = planted.map((name) => workspace.classifier(name));
    const options = { workspace, out, limit, keepImages: 0, direction, workers, downstream: bases };
    await ended(library.alignFolder(faces, { ...options, bases, concepts, decompose: { images: limit } }));
    return `${bases.length} classifiers decomposed into ${concepts.length} features on ${limit} images each`;
  },
  async rectify() {
    const options = { workspace, out, limit, seed: 7, maxShift: 1, downstream: workspace.classifiers("all") };
    const made = await ended(
      library.rectify(faces, { ...options, targets: [planted[1] as string], against: ["eyeglasses"], method: "sum" }),
    );
    const { descent } = made.targets[0] ?? {};
    return `one classifier repaired on ${limit} images, ${descent?.steps.length ?? 0} steps of the first descent`;
  },
};
const [started, used] = [performance.now(), process.cpuUsage()];
const made = await work[job.verb]();
const seconds = (performance.now() - started) / 1000;
const { user, system } = process.cpuUsage(used);
// The system counts a worker's time when it has ended.
if (job.workers !== 1) await setTimeout(500);
const ofWorkers = job.workers === 1 ? 0 : childSeconds();

const measured: RunKind[] = [];
for (const { session, model, feeds, fetches, runs, ms } of kinds.values()) {
  let best = Infinity;
  for (let round = 0; round < alone && model !== "shapes"; round++) {
    const begun = performance.now();
    await session.run(feeds, fetches);
    best = Math.min(best, performance.now() - begun);
  }
  const shape = Object.values(feeds)[0]?.dims ?? [];
  measured.push({ model, shape, runs, ms, best: Number.isFinite(best) ? best : 0 });
}
await workspace.dispose();
const figures: AlignFigures = {
  seconds,
  cpuSeconds: (user + system) / 1e6 + ofWorkers,
  made,
  kinds: measured,
};
console.log(JSON.stringify(figures));

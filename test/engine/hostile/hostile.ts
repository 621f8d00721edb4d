import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createRandom } from "../../../src/base/random.ts";
import { readModel } from "../../../src/onnx/read.ts";
import { mutations, secretName } from "./mutations.ts";

/** A model for the child to open. */
export interface Question {
  readonly path: string;
  readonly wrt: string;
  readonly output: string;
  readonly shape: readonly number[];
}

/** How an attempt ended: an error's code, "reported" by inspect, "accepted", or "unforeseen" for anything that is no CfalignError. */
export interface Verdict {
  readonly code: string;
  readonly message: string;
}

export interface Answer {
  readonly inspect: Verdict;
  readonly differentiable: Verdict;
  /** Processor time of both, all threads. */
  readonly cpuSeconds: number;
  /** Most memory that the process has had so far. */
  readonly maxResidentBytes: number;
}

/** What became of a broken model; no answer when the process died or had to be killed. */
export interface Case {
  readonly index: number;
  readonly kind: string;
  readonly seed: string;
  readonly answer: Answer | undefined;
  readonly end: "answered" | "crash" | "hang";
}

/** Whether a verdict is what a user should see: accepted, or an error that was foreseen, in one line. */
export function isOneLine({ code, message }: Verdict): boolean {
  return code === "accepted" || (["reported", "input", "usage", "runtime"].includes(code) && !message.includes("\n"));
}

const root = join(import.meta.dirname, "../../..");
/** A busy machine is slow; what counts as too long is processor time. */
const PATIENCE_MS = 180_000;

const seeds = ["test/engine/fixtures", "test/vjp/fixtures"].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith(".onnx"))
    .sort()
    .map((name) => join(folder, name)),
);

/**
 * Breaks `count` models, the kinds in turn, and has each opened in a child process. Same seed, same models. `part`: every
 * so many from a first one, so that several can run side by side.
 */
export async function* hostileCases(
  count: number,
  seed: string,
  folder: string,
  part: { readonly first: number; readonly step: number } = { first: 0, step: 1 },
): AsyncGenerator<Case> {
  const kinds = Object.entries(mutations);
  mkdirSync(folder, { recursive: true });
  const secret = join(folder, secretName);
  execFileSync("mkfifo", [secret]);
  const child = new Child();
  try {
    for (let index = part.first; index < count; index += part.step) {
      const random = createRandom(`${seed}/${index}`);
      const [kind, mutate] = kinds[index % kinds.length] as (typeof kinds)[number];
      const source = seeds[random.integer(seeds.length)] as string;
      const bytes = new Uint8Array(readFileSync(join(root, source)));
      const own = join(folder, `model-${index}`);
      mkdirSync(own);
      const { model, link } = mutate(bytes, random, secret);
      writeFileSync(join(own, "model.onnx"), model);
      if (link !== undefined) symlinkSync(link[1], join(own, link[0]));
      const { answer, end } = await child.ask({ path: join(own, "model.onnx"), ...interfaceOf(bytes) });
      yield { index, kind, seed: source, answer, end };
      rmSync(own, { recursive: true });
    }
  } finally {
    child.end();
  }
}

/** First input and output of the whole model, free sizes filled in. */
function interfaceOf(bytes: Uint8Array): Omit<Question, "path"> {
  const { inputs, outputs } = readModel(bytes).graph;
  const dims = inputs[0]?.dims ?? [];
  return {
    wrt: inputs[0]?.name as string,
    output: outputs[0]?.name as string,
    shape: dims.map((dim, axis) => (typeof dim === "number" ? dim : axis === 0 ? 1 : 16)),
  };
}

/** A process that opens models one after the other, started again when it is lost. */
class Child {
  private process: ChildProcessWithoutNullStreams | undefined;
  private lines: AsyncIterator<string> | undefined;

  async ask(question: Question): Promise<Pick<Case, "answer" | "end">> {
    const lines = this.start();
    this.process?.stdin.write(`${JSON.stringify(question)}\n`);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<"late">((resolve) => {
      timer = setTimeout(() => resolve("late"), PATIENCE_MS);
    });
    const line = await Promise.race([lines.next(), late]);
    clearTimeout(timer);
    if (line === "late") this.end();
    if (line === "late" || line.done) {
      this.process = undefined;
      return { answer: undefined, end: line === "late" ? "hang" : "crash" };
    }
    return { answer: JSON.parse(line.value) as Answer, end: "answered" };
  }

  end(): void {
    this.process?.kill("SIGKILL");
    this.process = undefined;
  }

  private start(): AsyncIterator<string> {
    if (this.process === undefined || this.lines === undefined) {
      const args = ["--conditions=source", "--import", "tsx", join(import.meta.dirname, "hostile-child.ts")];
      this.process = spawn(process.execPath, args, { cwd: root });
      this.process.stdin.on("error", () => {});
      this.process.stderr.resume();
      this.lines = createInterface({ input: this.process.stdout })[Symbol.asyncIterator]();
    }
    return this.lines;
  }
}

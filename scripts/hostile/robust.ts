/** Nothing breaks that should not: kills, many at once, special files, output that cannot be written, names that mean no good. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, rmSync } from "node:fs";
import { lstat, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { platform } from "#platform";
import { createRandom } from "../../src/base/random.ts";
import { differentiable } from "../../src/engine/public-vjp.ts";
import { GraphBuilder } from "../../src/onnx/build.ts";
import { writeModel } from "../../src/onnx/write.ts";
import { cli } from "../../test/cli/cli.ts";
import { attributes, type Line, lines } from "../../test/models/linear-models.ts";
import { linearWorld } from "../../test/models/linear-world.ts";
import { killWorkers } from "../../test/pool/children.ts";
import {
  drawFaces,
  openSmallWorld,
  runOptionsOfProcess,
  runToEnd,
  smallWorld,
  temporaryFolder,
} from "../../test/run/small-world.ts";
import type { Trial } from "./trial.ts";

const root = join(import.meta.dirname, "../..");
const { files } = platform;
const random = createRandom("hostile");

/** A small world and its faces, made at the first trial that needs them. */
interface Scene {
  readonly folder: string;
  readonly world: string;
  readonly faces: string;
}

let made: Promise<Scene> | undefined;

function scene(): Promise<Scene> {
  made ??= (async () => {
    const folder = await temporaryFolder();
    process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
    await drawFaces(join(folder, "faces"), 80);
    return { folder, world: await smallWorld(), faces: join(folder, "faces") };
  })();
  return made;
}

/** Runs a small world to its end. */
async function aligned(out: string, workers = 1): Promise<void> {
  const { world, faces } = await scene();
  const workspace = await openSmallWorld(world);
  try {
    await runToEnd(faces, { workspace, out, workers, ...runOptionsOfProcess });
  } finally {
    await workspace.dispose();
  }
}

let wholeRun: Promise<string> | undefined;

/** Whether a run has the bytes of one that nothing happened to: an error says what differs. */
async function isWhole(out: string): Promise<boolean> {
  const { folder } = await scene();
  wholeRun ??= aligned(join(folder, "whole")).then(() => join(folder, "whole"));
  const whole = await wholeRun;
  const names = await files.list(whole);
  const found = await files.list(out);
  if (found.join() !== names.join()) throw new Error(`expected the files ${names.join(" ")}, found ${found.join(" ")}`);
  for (const name of names) {
    // It has the times of start and end in it.
    if (name === "run.json") continue;
    const [one, other] = await Promise.all([readFile(join(whole, name)), readFile(join(out, name))]);
    if (!one.equals(other)) throw new Error(`${name} differs`);
  }
  return true;
}

function start(script: string, args: readonly string[], before: readonly string[] = []): ChildProcess {
  const [command, ...rest] = [...before, process.execPath, "--conditions=source", "--import", "tsx", script, ...args];
  return spawn(command as string, rest, { cwd: root, stdio: ["pipe", "pipe", "inherit"] });
}

/** A trial of several tries, each by its number: those that gave true held. */
function trial(name: string, count: number, attempt: (number: number) => Promise<boolean>): Trial {
  return {
    name,
    async run() {
      const failures: string[] = [];
      let held = 0;
      for (let number = 0; number < count; number++) {
        const what = await attempt(number).catch((error: Error) => `${number + 1}: ${error.message}`);
        if (what === true) held += 1;
        else failures.push(what === false ? `${number + 1}` : what);
      }
      return { tried: count, held, ...(failures.length === 0 ? {} : { detail: failures.join("; ") }) };
    },
  };
}

/** A trial of named tries. */
function each(name: string, attempts: Readonly<Record<string, () => Promise<boolean>>>): Trial {
  const all = Object.entries(attempts);
  return trial(name, all.length, async (number) => {
    const [what, attempt] = all[number] as (typeof all)[number];
    if (await attempt()) return true;
    throw new Error(what);
  });
}

/** Whether spaces of process numbers can be made here, as containers have them. */
function hasSpaces(): boolean {
  try {
    execFileSync("unshare", ["-Urpf", "--mount-proc", "true"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Starts processes of one number, where that is possible. */
function equalNumbers(args: readonly (readonly string[])[]): readonly ChildProcess[] {
  const before = hasSpaces() ? ["unshare", "-Urpf", "--mount-proc"] : [];
  return args.map((own) => start("scripts/hostile/equal-pid-child.ts", own, before));
}

const refused = async (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => false,
    (error: { readonly code?: string }) => error.code === "input",
  );

/** Whether the command line refuses a world with one more classifier in one line. */
async function refusedWorld(
  { targets = { odd: line }, base = "smiling", pixels }: WorldWish,
  change: (manifest: string) => Promise<unknown> = async () => {},
): Promise<boolean> {
  const { folder, faces } = await scene();
  const odd = { ...lines("odd", targets), ...(pixels === undefined ? {} : { pixels }) };
  const world = await linearWorld([attributes, odd]);
  await change(join(dirname(world.path), "odd.json"));
  const out = join(folder, crypto.randomUUID());
  const { code, stderr } = await cli("align", faces, "-w", world.path, "--base", base, "--limit", "3", "--out", out);
  return code === 2 && /^cfalign: [^\n]+\n$/.test(stderr);
}

interface WorldWish {
  readonly targets?: Readonly<Record<string, Line>>;
  readonly base?: string;
  readonly pixels?: "uint8" | "int8";
}

const line: Line = { slope: [1, 1, 0, 0], intercept: 0 };

/** Puts something special in the place of a model. */
const inPlace = (make: (path: string) => unknown) => async (manifest: string) => {
  await make(join(dirname(manifest), "special"));
  const described = JSON.parse(await readFile(manifest, "utf8"));
  await writeFile(manifest, JSON.stringify({ ...described, file: "special" }));
};

const pipe = (path: string): void => void execFileSync("mkfifo", [path]);

async function exitOf(args: readonly string[], stdout: number | "pipe"): Promise<readonly [number, string]> {
  const command = ["--conditions=source", "--import", "tsx", "src/cli/main.ts", ...args];
  const child = spawn(process.execPath, command, { cwd: root, stdio: ["ignore", stdout, "pipe"] });
  // A reader that goes away.
  child.stdout?.destroy();
  let said = "";
  child.stderr?.on("data", (data: Buffer) => {
    said += data;
  });
  const [code] = (await once(child, "close")) as [number];
  return [code, said];
}

export const trials: readonly Trial[] = [
  trial("kill -9 of a run at a random moment, then the same command: equal to the byte", 6, async (number) => {
    const { folder, world, faces } = await scene();
    const out = join(folder, `killed-${number}`);
    const child = start("test/run/align-process.ts", [world, faces, out, `${1 + (number % 2)}`]);
    const exited = once(child, "exit");
    const began = once(child.stdout as NodeJS.ReadableStream, "data");
    await Promise.race([began, exited]);
    await wait(random.uniform() * 1200);
    child.kill("SIGKILL");
    await exited;
    await aligned(out);
    return isWhole(out);
  }),
  ...(
    [
      ["while it starts", 6, 100],
      ["at a random moment", 9, 2500],
    ] as const
  ).map(([when, count, latest]) =>
    trial(`kill -9 of a worker ${when}: equal to the byte`, count, async (number) => {
      const { folder } = await scene();
      // Again where the run had ended before.
      for (let after = random.uniform() * latest; ; after /= 2) {
        const out = join(folder, `worker-${crypto.randomUUID()}`);
        const killing = killWorkers(process.pid, (worker) => (worker === number % 2 ? after : undefined));
        await aligned(out, 2);
        if ((await killing.stop()) === 1) return isWhole(out);
      }
    }),
  ),
  trial("gradients at 24 shapes at once", 3, async () => {
    const builder = new GraphBuilder();
    const y = builder.add("Mul", ["x", "x"]);
    const info = (name: string) => ({ name, type: "float32" as const, dims: ["n"] });
    await using model = await differentiable(writeModel(builder.graph("square", [info("x")], [info(y)])));
    const asked = Array.from({ length: 24 }, async (_, place) => {
      const dims = [place + 1];
      const input = { data: new Float32Array(place + 1).fill(3), dims };
      const { gradient } = await model.vjp(input, { data: new Float32Array(place + 1).fill(1), dims });
      return gradient.data.every((value) => value === 6);
    });
    return (await Promise.all(asked)).every(Boolean);
  }),
  trial("one file written by six processes of one number at once: whole", 3, async (number) => {
    const { folder } = await scene();
    const at = join(folder, `written-${number}`);
    await mkdir(at);
    const children = equalNumbers([..."abcdef"].map((letter) => ["write", join(at, "one"), letter]));
    const codes = await Promise.all(children.map(async (child) => (await once(child, "exit"))[0]));
    const text = await readFile(join(at, "one"), "utf8");
    const whole = text.length === 2e6 && new Set(text).size === 1;
    return codes.every((code) => code === 0) && whole && (await readdir(at)).join() === "one";
  }),
  each("a folder held by processes of one number", {
    "six at once": async () => {
      const { folder } = await scene();
      const children = equalNumbers([..."abcdef"].map(() => ["lock", join(folder, "held")]));
      const said = await Promise.all(
        children.map(async (child) => String((await once(child.stdout as NodeJS.ReadableStream, "data"))[0])),
      );
      for (const child of children) child.stdin?.end();
      return said.filter((word) => word === "held\n").length === 1;
    },
    "taken over at once from one that was killed": async () => {
      const { folder } = await scene();
      const child = start("scripts/hostile/equal-pid-child.ts", ["lock", join(folder, "left")]);
      await once(child.stdout as NodeJS.ReadableStream, "data");
      child.kill("SIGKILL");
      await once(child, "exit");
      await (await files.lockFolder(join(folder, "left"))).release();
      return true;
    },
  }),
  each("what is not a file is not written to", {
    pipe: async () => {
      const at = join((await scene()).folder, "pipe");
      pipe(at);
      return (await refused(files.write(at, "x"))) && (await lstat(at)).isFIFO();
    },
    "device through a link": async () => {
      const at = join((await scene()).folder, "device");
      await symlink("/dev/null", at);
      return (await refused(files.write(at, "x"))) && (await lstat("/dev/null")).isCharacterDevice();
    },
    socket: async () => {
      const at = join((await scene()).folder, "socket");
      const server = createServer().listen(at);
      await once(server, "listening");
      const held = (await refused(files.write(at, "x"))) && (await lstat(at)).isSocket();
      server.close();
      return held;
    },
    "link to itself": async () => {
      const at = join((await scene()).folder, "loop");
      await symlink("loop", at);
      return refused(files.write(at, "x"));
    },
    "a link is followed": async () => {
      const { folder } = await scene();
      await symlink("target", join(folder, "link"));
      await files.write(join(folder, "link"), "x");
      return (
        (await lstat(join(folder, "link"))).isSymbolicLink() && (await readFile(join(folder, "target"), "utf8")) === "x"
      );
    },
  }),
  each("output that cannot be written", {
    "a full disk: 3 and one line": async () => {
      const full = openSync("/dev/full", "w");
      const [code, said] = await exitOf(["--help"], full);
      closeSync(full);
      return code === 3 && /^cfalign: [^\n]+\n$/.test(said);
    },
    "a reader that went away: 0": async () => (await exitOf(["--help"], "pipe")).join() === "0,",
  }),
  each("worlds that mean no good are refused in one line", {
    "a base of 4000 terms": () => refusedWorld({ base: new Array(4000).fill("smiling").join(" + ") }),
    "a target called __proto__": () => refusedWorld({ targets: Object.fromEntries([["__proto__", line]]) }),
    "a target called constructor": () => refusedWorld({ targets: Object.fromEntries([["constructor", line]]) }),
    "a pipe as a model": () => refusedWorld({}, inPlace(pipe)),
    "/dev/zero as a model": () =>
      refusedWorld(
        {},
        inPlace((path) => symlink("/dev/zero", path)),
      ),
    "JSON nested 100,000 deep": () =>
      refusedWorld({}, (manifest) =>
        writeFile(manifest, `{"kind":"classifier","name":${"[".repeat(1e5)}${"]".repeat(1e5)}}`),
      ),
    "uint8 pixels from 0 to 1": () => refusedWorld({ pixels: "uint8" }),
    "int8 pixels from 0 to 1": () => refusedWorld({ pixels: "int8" }),
  }),
  each("worlds that mean no good and run", {
    "names with escape sequences reach the terminal escaped": async () => {
      const { folder, faces } = await scene();
      const world = await linearWorld([attributes, lines("odd\u001b[31m", { "big\u001b]0;owned\u0007": line })]);
      const out = join(folder, "escaped");
      await cli("align", faces, "-w", world.path, "--base", "all", "--limit", "3", "--out", out);
      const { code, stdout, stderr } = await cli("matrix", out);
      return code === 0 && !`${stdout}${stderr}`.includes("\u001b") && stdout.includes("odd\\u001b[31m");
    },
    "a link to itself among the images is passed over": async () => {
      const { folder } = await scene();
      const own = join(folder, "own");
      await drawFaces(own, 8);
      await symlink("loop.png", join(own, "loop.png"));
      const world = await linearWorld([attributes]);
      const out = join(folder, "looped");
      return (await cli("align", own, "-w", world.path, "--base", "smiling", "--limit", "3", "--out", out)).code === 0;
    },
    "chance in a classifier stops a preflight": async () => {
      const { faces } = await scene();
      const world = await linearWorld([attributes, { ...lines("chance", { smiling: line }), noise: 1e-4 }]);
      const { code, stdout } = await cli("preflight", faces, "-w", world.path);
      return code === 1 && /stop +chance: it gives another answer/.test(stdout);
    },
  }),
];

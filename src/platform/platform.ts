import type { Tensor } from "../base/tensor.ts";
import type { DataType } from "../onnx/graph.ts";
import type { Device } from "../options/device.ts";

/** What goes into and comes out of a session: onnxruntime's own array types. */
export interface TypedTensor {
  readonly type: DataType;
  readonly data:
    | Float32Array
    | Float64Array
    | BigInt64Array
    | Int32Array
    | Uint8Array
    | BigUint64Array
    | Int8Array
    | Int16Array
    | Uint16Array
    | Uint32Array
    | readonly string[];
  readonly dims: readonly number[];
}

/** A loaded graph of onnxruntime. */
export interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** Element type of every output, in the order of `outputNames`; "other" for what is no tensor. */
  readonly outputTypes: readonly DataType[];
  /** Shapes of the outputs as far as onnxruntime infers them, in that order; a free dimension is a symbol, maybe empty. An unknown rank reads as []. */
  readonly outputShapes: readonly (readonly (number | string)[])[];
  /** Runs the graph; `fetches` defaults to all outputs. */
  run(feeds: Readonly<Record<string, TypedTensor>>, fetches?: readonly string[]): Promise<Record<string, TypedTensor>>;
  dispose(): Promise<void>;
}

export interface SessionOptions {
  /** Bytes of external data by location (browser, or weights that live inside the bytes of a model file). */
  readonly externalData?: readonly { readonly path: string; readonly data: Uint8Array }[];
  /** Folder that holds external data files (Node). */
  readonly externalFolder?: string;
  /** Threads inside an operator; onnxruntime's own default when absent. */
  readonly threads?: number;
  /** What it runs on, the CPU when absent. Operators that another device lacks run on the CPU. */
  readonly device?: Device;
  /** Told when the session is disposed: every operator that ran and what on, by onnxruntime's profile. Of Node alone. */
  readonly onProfile?: (ran: readonly RanOperator[]) => void;
  /** Graph optimisation, "all" by default. */
  readonly optimization?: "disabled" | "basic" | "extended" | "all";
}

/** A device that onnxruntime was built for here. */
export interface DeviceOffer {
  readonly device: Device;
  /** Whether all of onnxruntime that it needs is there. */
  readonly installed: boolean;
  /** Whether there is a processor for it; false also where software plays one, undefined where nobody tells. */
  readonly accelerator: boolean | undefined;
  /** What tells so. */
  readonly about?: string;
}

/** An operator that ran once. */
export interface RanOperator {
  readonly op: string;
  /** onnxruntime's name for what it ran on, such as "CPUExecutionProvider". */
  readonly provider: string;
}

/** A folder that no other process may write to. */
export interface FolderLock {
  /** To be called before what is written for good. Errors: CfalignError("runtime") where this process stood still for so long that another took the folder over. */
  assertHeld(): void;
  /** Lets go; removes the folder where it was made for the lock and is still empty. */
  release(): Promise<void>;
}

/** A folder that is there until it is let go. */
export interface TemporaryFolder {
  readonly path: string;
  release(): Promise<void>;
}

/** Files, as seen from one platform. Paths are strings; on the web they are URLs, and writing is refused but in folders in memory. */
export interface Files {
  read(path: string): Promise<Uint8Array>;
  /** `length` bytes from `offset`, in a buffer of their own. Errors: CfalignError("input") for a file that is shorter. */
  readRange(path: string, offset: number, length: number): Promise<Uint8Array>;
  exists(path: string): Promise<boolean>;
  /** Size in bytes, or undefined when there is no such regular file. */
  size(path: string): Promise<number | undefined>;
  isDirectory(path: string): Promise<boolean>;
  /** A file that nobody may write to, as its mode says, whoever asks. */
  isReadOnly(path: string): Promise<boolean>;
  /** All regular files below a folder, as sorted relative paths with "/". */
  list(folder: string): Promise<string[]>;
  makeDirectory(path: string): Promise<void>;
  /**
   * Makes a folder and holds it for this process until released, with signs of life, so that a lock left by a process that is gone is
   * taken over, wherever that ran; waits for a sign, a minute at most, where nothing else tells. Throws CfalignError("usage") that names the process that holds it.
   */
  lockFolder(path: string): Promise<FolderLock>;
  /** Writes beside the target, syncs, and renames: readers see the old or the whole new file. Errors: CfalignError("input") for a file that is read-only. */
  write(path: string, data: Uint8Array | string | AsyncIterable<Uint8Array>): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  join(...parts: string[]): string;
  dirname(path: string): string;
  basename(path: string): string;
  resolve(...parts: string[]): string;
  /** Absolute path with links followed as far as it exists. */
  realPath(path: string): Promise<string>;
  relative(from: string, to: string): string;
  /** A new folder with files by their paths in it, in memory on the web, in the system's place for temporary files elsewhere. */
  temporaryFolder(contents: ReadonlyMap<string, Blob>): Promise<TemporaryFolder>;
  /** Folder of the files that ship with the package (holds `zoo/` and `dist/`). */
  packageFolder(): string;
}

/** 8-bit picture, interleaved. */
export interface Pixels {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3 | 4;
}

/** Another process that answers what it is asked, one question after the other. Questions and answers are copied: plain values and typed arrays. */
export interface WorkerProcess {
  /** progress: told what the worker says before its answer. Errors: those of the worker; CfalignError("runtime") once it has ended. */
  ask(question: unknown, progress?: (value: unknown) => void): Promise<unknown>;
  /** Why it is no longer there, such as "SIGKILL"; undefined while it is. */
  readonly ended: string | undefined;
  /** Ends it, whatever it does. */
  end(): void;
}

/** What there is to share among processes. */
export interface Machine {
  /** Threads that run at a time. */
  readonly cores: number;
  /** Bytes of memory that nobody uses. */
  readonly freeBytes: number;
  /** Bytes that this process uses. */
  readonly usedBytes: number;
  /** Bytes that its objects may take; 0 where nobody says. */
  readonly heapBytes: number;
}

/** The outside world. `#platform` exports `platform: Platform`; `node.ts` and `web.ts` implement it. */
export interface Platform {
  readonly name: "node" | "web";
  /** Versions of what computes here, by name, such as onnxruntime's: recorded in runs. */
  versions(): Promise<Readonly<Record<string, string>>>;
  /** Runs a shell script; returns what it prints. Errors: CfalignError("runtime") with what it says on stderr. */
  runShell(script: string): Promise<string>;
  readonly files: Files;
  /** Lower-case hexadecimal SHA-256. */
  sha256(data: Uint8Array): Promise<string>;
  createSession(model: Uint8Array, options?: SessionOptions): Promise<Session>;
  /** Begins to load what sessions run on, where that takes long, before the first model is there. */
  prepare(): Promise<void>;
  /** Runs an action before whatever else is going on, where one thread does all: other work stops after the run it is in, and goes on afterwards. One at a time. */
  urgently<T>(action: () => Promise<T>): Promise<T>;
  /** What models can run on here, as far as can be told without trying; the CPU among it. */
  devices(): Promise<readonly DeviceOffer[]>;
  /** Decodes PNG, JPEG, WebP, GIF (first frame), TIFF with EXIF orientation applied; RGB, alpha over white. Throws CfalignError("input") for anything else. */
  decodeImage(bytes: Uint8Array): Promise<Pixels>;
  /** Resizes [1, c, h, w] to [1, c, height, width] with an antialiased triangle filter (as PIL's bilinear). */
  resizeImage(image: Tensor, size: { readonly width: number; readonly height: number }): Promise<Tensor>;
  /** `quality` from 1 to 100 for WebP (88) and JPEG (90). "filtered-png": every row by the filter that predicts it best, where there is a choice; smaller for photographs. */
  encodeImage(pixels: Pixels, format: "png" | "filtered-png" | "webp" | "jpeg", quality?: number): Promise<Uint8Array>;
  /** Animated GIF or WebP of equally sized frames. */
  encodeAnimation(
    frames: readonly Pixels[],
    options: { readonly format: "gif" | "webp"; readonly delayMs: number },
  ): Promise<Uint8Array>;
  /** Renders an SVG to RGB at a size. */
  renderSvg(svg: string, size: { readonly width: number; readonly height: number }): Promise<Pixels>;
  /** Writes an SVG as a PDF of one page, `width` × `height` points, in which text stays text and its fonts are embedded. */
  writePdf(
    svg: string,
    page: { readonly title: string; readonly width: number; readonly height: number },
  ): Promise<Uint8Array>;
  /** The font of figures as a TrueType file. */
  readFont(weight: "regular" | "bold"): Promise<Uint8Array>;
  machine(): Machine;
  /** Starts a process that runs a module of this program, which calls `serveQuestions`. module: its URL. */
  startWorker(module: URL): WorkerProcess;
  /** Answers what the process that started this one asks, until it is gone. Errors of an answer go to who asked. */
  serveQuestions(answer: (question: unknown, tell: (value: unknown) => void) => Promise<unknown>): void;
}

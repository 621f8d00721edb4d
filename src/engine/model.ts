import type { Graph } from "../onnx/graph.ts";

/** A graph with what it takes to run it: where its weights are. Graphs of several files can be connected; merge their `weights`. */
export interface Model {
  /** Opset 21. Weights over 1 KB are external: `location` is an absolute path without links, or a key of `weights`. */
  readonly graph: Graph;
  /** Weights that are not on disk (a model given as bytes, or the web), by location. */
  readonly weights: ReadonlyMap<string, Uint8Array>;
  /** What its file says of itself beside, by key (`metadata_props`). */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** A model as it was loaded from a file or bytes. */
export interface LoadedModel extends Model {
  /** Lower-case hexadecimal SHA-256 of the ONNX file's bytes. */
  sha256(): Promise<string>;
  /** Operator set of the file as it was, before it was raised to 21. */
  readonly opset: number;
  /** Who wrote the file, as it says itself; may be empty. */
  readonly producer: string;
  /** What else the file says of itself, by key (`metadata_props`). */
  readonly metadata: Readonly<Record<string, string>>;
  /** Absolute paths, links followed, of the external data files that it refers to, sorted. */
  readonly externalFiles: readonly string[];
}

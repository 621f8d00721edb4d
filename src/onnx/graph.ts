/** Element types that appear in the files cfalign reads and writes (names as in onnxruntime's JavaScript interface). */
export type DataType =
  | "float32"
  | "float16"
  | "bfloat16"
  | "float64"
  | "int8"
  | "int16"
  | "int32"
  | "int64"
  | "uint8"
  | "uint16"
  | "uint32"
  | "uint64"
  | "bool"
  | "string"
  | "other";

/** A constant tensor: an initializer, or the value of a tensor attribute. Bytes are little-endian, row-major. */
export interface Constant {
  readonly type: DataType;
  readonly dims: readonly number[];
  readonly data: Inline | External;
}
/** Bytes held in memory: usually a view into the file's own bytes, never a copy. */
interface Inline {
  readonly kind: "inline";
  readonly bytes: Uint8Array;
}
/** Bytes beside the model file (ONNX external data): `location` is relative to the model's folder. */
export interface External {
  readonly kind: "external";
  readonly location: string;
  readonly offset: number;
  readonly length: number;
}

/** The value of an operator's attribute. */
export type Attribute =
  | { readonly kind: "int"; readonly value: number }
  | { readonly kind: "ints"; readonly value: readonly number[] }
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "floats"; readonly value: readonly number[] }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "strings"; readonly value: readonly string[] }
  | { readonly kind: "tensor"; readonly value: Constant }
  | { readonly kind: "graph"; readonly value: Graph }
  | { readonly kind: "graphs"; readonly value: readonly Graph[] };

/** An operator's attributes by name. */
export type Attributes = Readonly<Record<string, Attribute>>;

/** One operator application. An absent optional input is the empty string. `domain` is "" for standard operators. */
export interface Node {
  readonly name: string;
  readonly op: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Attributes;
}

/** A graph input or output; a dimension is a size, a symbol, or undefined; `dims` undefined means unknown rank. */
export interface ValueInfo {
  readonly name: string;
  readonly type: DataType;
  readonly dims: readonly (number | string | undefined)[] | undefined;
}

/** An ONNX graph as a value. Nodes are in topological order; every value has one producer. */
export interface Graph {
  readonly name: string;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly nodes: readonly Node[];
  readonly initializers: ReadonlyMap<string, Constant>;
}

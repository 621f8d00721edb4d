import type { DataType } from "../onnx/graph.ts";

/** Static facts about the values of a graph at one input shape. @internal */
export interface Facts {
  shape(value: string): readonly number[];
  type(value: string): DataType;
  /** Contents of a small constant or of a traced side value that does not depend on the data. */
  values(value: string): readonly number[] | undefined;
}

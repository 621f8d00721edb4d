/** Reads a model and prints what it took: `boxed` by protobuf's full schema, `view` as cfalign does. */
import { readFileSync } from "node:fs";
import { fromBinary } from "@bufbuild/protobuf";
import { ModelProtoSchema } from "onnx-buf";
import { readModel } from "../../src/onnx/read.ts";

const [way, path = ""] = process.argv.slice(2);
const bytes = new Uint8Array(readFileSync(path));
const heapBefore = process.memoryUsage().heapUsed;
const start = performance.now();
const held = way === "boxed" ? fromBinary(ModelProtoSchema, bytes) : readModel(bytes, { location: path });
process.stdout.write(
  JSON.stringify({
    seconds: (performance.now() - start) / 1000,
    heapBytes: process.memoryUsage().heapUsed - heapBefore,
    maxResidentBytes: process.resourceUsage().maxRSS * 1024,
    held: held !== undefined,
  }),
);

import { openSession } from "../engine/open-session.ts";
import { GraphBuilder } from "../onnx/build.ts";
import { type Levels, unchanged, writePicture } from "./augment.ts";
import type { LabelledPictures } from "./labelled-pictures.ts";
import { cut, float32, folded, foldedSegments, lengthOf, type Network } from "./network.ts";

const pictures = "pictures";
const numbers = "numbers";
/** Pictures that are read at once. */
const most = 64;

/** The folded network as a session that is given its numbers with every call. */
export interface Reader {
  /** Logits of some pictures, by picture and target. */
  read(vector: Float32Array, chosen: readonly number[]): Promise<readonly (readonly number[])[]>;
  dispose(): Promise<void>;
}

/** Opens the reader of a network on pictures. */
export async function openReader(
  network: Network,
  source: LabelledPictures,
  { levels, threads }: { readonly levels: Levels; readonly threads: number },
): Promise<Reader> {
  const { size, targets } = network;
  const segments = foldedSegments(network);
  const builder = new GraphBuilder("reader/", [pictures, numbers]);
  const logits = folded(builder, network, { pictures, value: cut(builder, numbers, segments) });
  const graph = builder.graph(
    "reader",
    [float32(pictures, ["n", 3, size, size]), float32(numbers, [lengthOf(segments)])],
    [float32(logits, ["n", targets])],
  );
  const session = await openSession({ graph, weights: new Map() }, { threads });
  const each = 3 * size * size;
  return {
    async read(vector, chosen) {
      const rows: number[][] = [];
      for (let start = 0; start < chosen.length; start += most) {
        const some = chosen.slice(start, start + most);
        const data = new Float32Array(some.length * each);
        some.forEach((picture, i) => {
          const own = source.pixels.subarray(picture * each, (picture + 1) * each);
          writePicture(data.subarray(i * each, (i + 1) * each), own, size, { levels, change: unchanged });
        });
        const results = await session.run({
          [pictures]: { type: "float32", data, dims: [some.length, 3, size, size] },
          [numbers]: { type: "float32", data: vector, dims: [vector.length] },
        });
        const found = results[logits]?.data as Float32Array;
        some.forEach((_, i) => {
          rows.push([...found.subarray(i * targets, (i + 1) * targets)]);
        });
      }
      return rows;
    },
    dispose: () => session.dispose(),
  };
}

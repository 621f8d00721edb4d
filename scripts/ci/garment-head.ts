import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { SIZE } from "../../bench/worlds/garments/artefacts.ts";
import { writeWholeModel } from "../../src/engine/model-bytes.ts";
import { openWorkspace } from "../../src/index.ts";
import { GraphBuilder, int } from "../../src/onnx/build.ts";
import { connect } from "../../src/onnx/connect.ts";

/**
 * One of the zoo's heads as an exporter leaves a classifier in a folder: logits, and the name of the output beside them. ending: what is made of the logit and
 * the picture (`image`).
 */
export async function exportHead(
  out: string,
  { head, target, ending = (_, logit) => logit }: HeadOptions,
): Promise<void> {
  await using workspace = await openWorkspace(resolve(import.meta.dirname, "../../zoo/garments"));
  const [term] = workspace.classifier(head).terms;
  if (term === undefined) throw new Error(`no classifier ${head}`);
  const { graph, weights } = term.model.graph;
  const b = new GraphBuilder("one/", ["logits", "image"]);
  const whole = ending(b, b.add("Gather", ["logits", b.int([term.target])], { axis: int(1) }));
  const info = (name: string, dims: readonly (number | string)[] | undefined) =>
    ({ name, type: "float32", dims }) as const;
  const image = info("image", ["n", 3, SIZE, SIZE]);
  const one = b.graph("one", [info("logits", undefined), image], [info(whole, ["n", 1])]);
  mkdirSync(out, { recursive: true });
  const logits = graph.outputs[0]?.name as string;
  await writeWholeModel({ graph: connect(graph, one, { logits }), weights }, join(out, "model.onnx"));
  writeFileSync(join(out, "labels.txt"), `${target}\n`);
}

interface HeadOptions {
  readonly head: string;
  readonly target: string;
  ending?(b: GraphBuilder, logit: string): string;
}

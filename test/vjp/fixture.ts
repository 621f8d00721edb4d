import type { Constant, DataType } from "../../src/onnx/graph.ts";
import type { TypedTensor } from "../../src/platform/platform.ts";
import { type Feeds, float32, gradientsOf, runGraph, singleNode } from "./harness.ts";
import { attributesOf } from "./row.ts";

interface Encoded {
  readonly type: DataType;
  readonly dims: readonly number[];
  readonly data: string;
}

/** A node with inputs, cotangents, and what PyTorch computed in float64 (zoo/fixtures/gradients.py). */
export interface Fixture {
  readonly op: string;
  readonly title: string;
  readonly attributes: Parameters<typeof attributesOf>[0];
  readonly inputs: readonly (({ readonly kind: "fed" | "constant" } & Encoded) | { readonly kind: "absent" })[];
  readonly wrt: readonly number[];
  readonly outputs: number;
  readonly results: readonly Encoded[];
  readonly cotangents: readonly string[];
  readonly gradients: readonly string[];
}

export function parseFixtures(text: string): readonly Fixture[] {
  return JSON.parse(text) as Fixture[];
}

function decode(base64: string): Uint8Array {
  return Uint8Array.from(Buffer.from(base64, "base64"));
}

function floatsOf(base64: string): Float32Array {
  return new Float32Array(decode(base64).buffer);
}

/** Largest differences to PyTorch, relative to the largest value of the tensor in question. */
export async function fixtureError(fixture: Fixture): Promise<{ readonly forward: number; readonly gradient: number }> {
  const graph = singleNode({
    op: fixture.op,
    attributes: attributesOf(fixture.attributes),
    outputs: fixture.outputs,
    inputs: fixture.inputs.map((input) => {
      if (input.kind === "absent") return { kind: "absent" };
      if (input.kind === "fed") return { kind: "fed", type: input.type, dims: input.dims };
      const constant: Constant = {
        type: input.type,
        dims: input.dims,
        data: { kind: "inline", bytes: decode(input.data) },
      };
      return { kind: "constant", constant };
    }),
  });
  const feeds: Feeds = Object.fromEntries(
    fixture.inputs.flatMap((input, i): [string, TypedTensor][] =>
      input.kind === "fed" ? [[`x${i}`, float32(floatsOf(input.data), input.dims)]] : [],
    ),
  );
  const primal = await runGraph(graph, feeds);
  const cotangents = Object.fromEntries(
    fixture.cotangents.map((data, i): [string, TypedTensor] => [
      `y${i}`,
      float32(floatsOf(data), fixture.results[i]?.dims ?? []),
    ]),
  );
  const names = fixture.wrt.map((input) => `x${input}`);
  const { outputs, gradients } = await gradientsOf(graph, feeds, names, cotangents);
  const forward = fixture.results.flatMap(({ data }, i) => [
    difference(primal[`y${i}`]?.data as Float32Array, floatsOf(data)),
    difference(outputs[`y${i}`]?.data, floatsOf(data)),
  ]);
  const gradient = names.map((name, i) => difference(gradients[name]?.data, floatsOf(fixture.gradients[i] as string)));
  return { forward: Math.max(...forward), gradient: Math.max(...gradient) };
}

function difference(actual: Float32Array | undefined, expected: Float32Array): number {
  if (actual?.length !== expected.length) return Number.POSITIVE_INFINITY;
  const scale = Math.max(1e-6, ...expected.map(Math.abs));
  const differences = [...expected].map((value, i) => Math.abs(value - (actual[i] as number)) / scale);
  return differences.some(Number.isNaN) ? Number.POSITIVE_INFINITY : Math.max(0, ...differences);
}

import { readFileSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import type { ServedManifest } from "../../src/models/manifest.ts";
import { writeModel } from "../../src/onnx/write.ts";
import { connectModel } from "../../src/suite/open-inference.ts";
import { servedRespondent } from "../../src/suite/served-respondent.ts";
import { classifierGraph } from "../models/linear-world.ts";
import { type Exchange, inferenceServer } from "./inference-server.ts";

/** The protocol's own description, as its authors publish it. */
interface Specification {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}
interface Content {
  readonly content?: { readonly "application/json"?: { readonly schema: { readonly $ref: string } } };
}
interface Operation {
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content>>;
}

const specification: Specification = parse(
  readFileSync(new URL("specification/open_inference_rest.yaml", import.meta.url), "utf8"),
);

/** A schema of the specification by its reference. */
function schemaOf({ content }: Content): z.ZodType | undefined {
  const name = content?.["application/json"]?.schema.$ref.split("/").at(-1);
  if (name === undefined) return undefined;
  const text = JSON.stringify({ ...specification.components.schemas[name], $defs: specification.components.schemas });
  return z.fromJSONSchema(JSON.parse(text.replaceAll("#/components/schemas/", "#/$defs/")));
}

/** The operation that an address means: a version may be left out, as the specification says of each. */
function operationOf(method: string, path: string): Operation | undefined {
  const found = Object.entries(specification.paths).find(([template]) => {
    const parts = template
      .replace(/\/$/, "")
      .split("/")
      .map((part) => (part.startsWith("$") ? "[^/]+" : part))
      .join("/")
      .replace("/versions/[^/]+", "(/versions/[^/]+)?");
    return new RegExp(`^${parts}$`).test(path.replace(/\/$/, ""));
  });
  return found?.[1][method.toLowerCase()];
}

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "cfalign-protocol-"));
  file = join(folder, "model.onnx");
  const weights = [[1, 2, 3, 4, 5, 6]];
  await writeFile(
    file,
    writeModel(classifierGraph({ name: "m", targets: ["a"], activation: "none", weights, biases: [0] })),
  );
});

test("everything that is asked is a request of the specification, and everything that the tests answer one of its responses", async () => {
  const exchanges: Exchange[] = [];
  const server = await inferenceServer({
    ...{ file, input: "x", output: "y", shape: [-1, 1, 2, 3], targets: 1 },
    heard: (exchange) => exchanges.push(exchange),
    fault: (request) => (request === 0 ? "refused" : undefined),
  });
  try {
    for (const url of [server.url, `${server.url}/versions/1`]) {
      const model = await connectModel(url, { patience: 1 });
      const input = { data: Float32Array.from({ length: 12 }, (_, i) => i), dims: [2, 1, 2, 3] };
      const names = { input: "x", output: "y" };
      if (url === server.url) await expect(model.infer(input, names)).rejects.toThrow("400");
      expect([...(await model.infer(input, names)).data]).toEqual([70, 196]);
    }
  } finally {
    await server.close();
  }
  const asked = new Set(exchanges.map(({ method, path }) => `${method} ${path.split("/").at(-1)}`));
  expect(asked).toEqual(new Set(["GET ready", "GET smile", "GET v2", "POST infer", "GET 1"]));
  for (const { method, path, request, status, response } of exchanges) {
    const operation = operationOf(method, path);
    if (operation === undefined) throw new Error(`${method} ${path} is not in the specification`);
    const wanted = operation.requestBody === undefined ? undefined : schemaOf(operation.requestBody);
    expect(wanted === undefined, `${method} ${path}: a body`).toBe(request === undefined);
    if (wanted !== undefined) expect(wanted.safeParse(request).error, path).toBeUndefined();
    const described = operation.responses[String(status)];
    if (described === undefined) throw new Error(`${method} ${path}: ${status} is not in the specification`);
    expect(schemaOf(described)?.safeParse(response).error, `${method} ${path}: ${status}`).toBeUndefined();
  }
});

test("a server that says no more of a model than the specification asks for is asked by its manifest", async () => {
  const server = await inferenceServer({
    ...{ file, input: "x", output: "y", shape: [-1, 1, 2, 3], targets: 1, terse: true },
  });
  try {
    const model = await connectModel(server.url);
    const described = (name: string | undefined): ServedManifest => ({
      ...{ kind: "classifier", name: "smile", url: server.url, targets: ["a"] },
      input: {
        width: 3,
        height: 2,
        channels: 1,
        range: [0, 1],
        resize: "bilinear",
        ...(name === undefined ? {} : { name }),
      },
      output: { activation: "none", name: "y" },
    });
    const from = { channels: 3, width: 3, height: 2 } as const;
    const respondent = await servedRespondent(described("x"), model, from);
    const white = { data: new Float32Array(18).fill(1), dims: [1, 3, 2, 3] };
    expect([...((await respondent.ask(white))[0] as Float32Array)][0]).toBeCloseTo(21, 4);
    await respondent.dispose();
    await expect(servedRespondent(described(undefined), model, from)).rejects.toThrow(
      `${server.url}: input: expected the name of one that the server does not state, got none`,
    );
  } finally {
    await server.close();
  }
});

test("the schemas do refuse what is none", () => {
  const { requestBody } = operationOf("POST", "/v2/models/smile/infer") as Operation;
  const schema = schemaOf(requestBody as Content) as z.ZodType;
  const tensor = { name: "x", shape: [1], datatype: "FP32", data: [1] };
  expect(schema.safeParse({ inputs: [tensor] }).success).toBe(true);
  expect(schema.safeParse({ inputs: [{ ...tensor, data: undefined }] }).success).toBe(false);
  expect(schema.safeParse({ inputs: [{ ...tensor, shape: ["one"] }] }).success).toBe(false);
});

import { type ServerType, serve } from "@hono/node-server";
import { Hono } from "hono";
import { platform } from "#platform";
import type { Session } from "../../src/platform/platform.ts";

/** What goes wrong with a request, by how many came before it; undefined where nothing does. */
export type Fault = "busy" | "failing" | "slow" | "dropped" | "wrong-shape" | "nan" | "refused";

export interface InferenceServerOptions {
  /** Path of the ONNX file. */
  readonly file: string;
  readonly input: string;
  readonly output: string;
  /** As the metadata state it; -1 for a free axis. */
  readonly shape: readonly number[];
  readonly targets: number;
  /** Tensors as bytes, false. */
  readonly binary?: boolean;
  /** Token that requests have to bring. */
  readonly token?: string;
  readonly fault?: (request: number) => Fault | undefined;
  /** Tells of the model only what it must, false: no inputs, no outputs. */
  readonly terse?: boolean;
  /** Told every question with its answer; bodies where they are JSON. */
  readonly heard?: (exchange: Exchange) => void;
}

/** What was asked, and what was answered. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly request: unknown;
  readonly status: number;
  readonly response: unknown;
}

/** A model behind the Open Inference Protocol, written after its specification, on a port of its own. */
export interface InferenceServer {
  readonly url: string;
  /** Pictures that were answered for, and requests for inference that came. */
  readonly answered: number;
  readonly requests: number;
  /** Most requests that were under way at a time. */
  readonly atATime: number;
  close(): Promise<void>;
}

interface Request {
  readonly inputs: readonly {
    readonly name: string;
    readonly shape: number[];
    readonly data?: number[];
    readonly parameters?: { readonly binary_data_size: number };
  }[];
}

export async function inferenceServer(options: InferenceServerOptions): Promise<InferenceServer> {
  const session = await platform.createSession(await platform.files.read(options.file), { threads: 1 });
  const counts = { answered: 0, requests: 0, atATime: 0, underWay: 0 };
  const app = appOf(options, session, counts);
  const server = await new Promise<ServerType>((resolve) => {
    const listening: ServerType = serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 }, () => resolve(listening));
  });
  const address = server.address() as { readonly port: number };
  return {
    url: `http://127.0.0.1:${address.port}/v2/models/smile`,
    get answered() {
      return counts.answered;
    },
    get requests() {
      return counts.requests;
    },
    get atATime() {
      return counts.atATime;
    },
    async close() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        if ("closeAllConnections" in server) server.closeAllConnections();
      });
      await session.dispose();
    },
  };
}

function appOf(
  {
    input,
    output,
    shape,
    targets,
    binary = false,
    token,
    fault = () => undefined,
    terse = false,
    heard,
  }: InferenceServerOptions,
  session: Session,
  counts: { answered: number; requests: number; atATime: number; underWay: number },
): Hono {
  const app = new Hono();
  if (heard !== undefined) {
    app.use(async (context, next) => {
      const { method, path } = context.req;
      const request =
        method === "POST"
          ? await context.req.raw
              .clone()
              .json()
              .catch(() => undefined)
          : undefined;
      await next();
      const response = await context.res
        .clone()
        .json()
        .catch(() => undefined);
      heard({ method, path, request, status: context.res.status, response });
    });
  }
  app.use(async (context, next) => {
    const isAllowed = token === undefined || context.req.header("authorization") === `Bearer ${token}`;
    const { authorization: said = "who is asking?" } = context.req.header();
    return isAllowed ? next() : context.json({ error: said }, 401);
  });
  app.get("/v2", (context) =>
    context.json({ name: "test", version: "1", extensions: binary ? ["binary_tensor_data"] : [] }),
  );
  const paths = (end: string) => ["", "/versions/1"].map((version) => `/v2/models/smile${version}${end}`);
  app.on("GET", paths("/ready"), (context) => context.json({ name: "smile", ready: true }));
  app.on("GET", paths(""), (context) =>
    context.json({
      ...{ name: "smile", versions: ["1"], platform: "onnxruntime_onnx" },
      ...(terse
        ? {}
        : {
            inputs: [{ name: input, datatype: "FP32", shape }],
            outputs: [{ name: output, datatype: "FP32", shape: [-1, targets] }],
          }),
    }),
  );
  app.on("POST", paths("/infer"), async (context) => {
    const wrong = fault(counts.requests);
    counts.requests += 1;
    counts.underWay += 1;
    counts.atATime = Math.max(counts.atATime, counts.underWay);
    try {
      if (wrong === "busy") return context.json({ error: "busy" }, 429, { "retry-after": "0" });
      if (wrong === "failing") return context.json({ error: "starting" }, 503);
      if (wrong === "refused") return context.json({ error: "no such input" }, 400);
      if (wrong === "dropped") {
        const { incoming } = context.env as { readonly incoming: { readonly socket: { destroy(): void } } };
        incoming.socket.destroy();
      }
      if (wrong === "slow") await new Promise((resolve) => setTimeout(resolve, 1500));
      const body = new Uint8Array(await context.req.arrayBuffer());
      const stated = context.req.header("inference-header-content-length");
      const end = stated === undefined ? body.byteLength : Number(stated);
      const { inputs } = JSON.parse(new TextDecoder().decode(body.subarray(0, end))) as Request;
      const [tensor] = inputs;
      const data =
        stated === undefined ? Float32Array.from(tensor?.data ?? []) : new Float32Array(body.slice(end).buffer);
      const dims = tensor?.shape ?? [];
      const given = (await session.run({ [input]: { type: "float32", data, dims } }, [output]))[output];
      const values = Float32Array.from(given?.data as Float32Array);
      if (wrong === "nan") values.fill(Number.NaN, 0, targets);
      counts.answered += dims[0] ?? 0;
      const out = {
        name: output,
        datatype: "FP32",
        shape: wrong === "wrong-shape" ? [dims[0], targets + 1] : [dims[0], targets],
      };
      if (stated === undefined) {
        const text = JSON.stringify({ model_name: "smile", outputs: [{ ...out, data: [...values] }] });
        // As servers write it that do not mind that JSON has no such number.
        return context.body(text.replaceAll("null", "NaN"), 200, { "content-type": "application/json" });
      }
      const head = new TextEncoder().encode(
        JSON.stringify({
          model_name: "smile",
          outputs: [{ ...out, parameters: { binary_data_size: 4 * values.length } }],
        }),
      );
      const answer = new Uint8Array(head.byteLength + 4 * values.length);
      answer.set(head);
      answer.set(new Uint8Array(values.buffer), head.byteLength);
      return context.body(answer, 200, { "inference-header-content-length": String(head.byteLength) });
    } finally {
      counts.underWay -= 1;
    }
  });
  return app;
}

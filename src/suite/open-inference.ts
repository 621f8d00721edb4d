import { z } from "zod";
import { CfalignError, throwIfInterrupted } from "../base/errors.ts";
import { sizeOf, type Tensor } from "../base/tensor.ts";

/** How a server is asked. */
export interface ServerOptions {
  /** Bearer token; sent with every request and written nowhere. */
  readonly token?: string;
  /** Seconds that one answer may take, 60. */
  readonly timeout?: number;
  /** Seconds for which a request that fails is tried again, 120: servers start, are deployed, and have too much to do. */
  readonly patience?: number;
  /** First pause before a request is tried again, in milliseconds, 500; it doubles up to 60 times as much. */
  readonly pause?: number;
  readonly signal?: AbortSignal;
}

const tensorInfo = z.object({ name: z.string(), datatype: z.string(), shape: z.array(z.number().int()) });
const metadataSchema = z.object({
  name: z.string(),
  versions: z.array(z.string()).nullish(),
  /** Not every server states them. */
  inputs: z.array(tensorInfo).default([]),
  outputs: z.array(tensorInfo).default([]),
});
/** What a server says of a model. */
export type ServedModel = z.infer<typeof metadataSchema>;

const serverSchema = z.object({ extensions: z.array(z.string()).nullish() });

const outputSchema = z.object({
  name: z.string(),
  datatype: z.string(),
  shape: z.array(z.number().int()),
  parameters: z.object({ binary_data_size: z.number().int().optional() }).nullish(),
  data: z.array(z.unknown()).nullish(),
});
const answerSchema = z.object({ outputs: z.array(outputSchema) });

/** A model behind the Open Inference Protocol (version 2, HTTP). */
export interface InferenceModel {
  readonly metadata: ServedModel;
  /** Whether tensors go and come as bytes. */
  readonly binary: boolean;
  /** Outputs of one call: [n, …] in the type of the input → [n, …]. Errors: CfalignError("runtime") for a server that does not answer, ("input") for an answer that is none. */
  infer(input: Tensor, names: { readonly input: string; readonly output: string }): Promise<Tensor>;
}

const binaryExtension = "binary_tensor_data";
const headerLength = "inference-header-content-length";

/** Connects to a model: waits until it is ready, and reads what the server says of it. url: `http://host:8000/v2/models/NAME`, with a version or without. */
export async function connectModel(url: string, options: ServerOptions = {}): Promise<InferenceModel> {
  const base = url.replace(/\/+$/, "");
  const root = /^(.*\/v2)\/models\/[^/]+(\/versions\/[^/]+)?$/.exec(base)?.[1];
  const given = new URL(base);
  if (root === undefined || given.username !== "" || given.password !== "") {
    throw new CfalignError(
      "usage",
      `"${given.origin}${given.pathname}": expected http://host:port/v2/models/NAME, without a password: give a token by the environment`,
      { where: "classifier" },
    );
  }
  const ask = requester(options);
  await ask(`${base}/ready`);
  const metadata = parsed(metadataSchema, base, await textOf(await ask(base)));
  // Not every server tells of itself.
  const server = serverSchema.safeParse(await jsonOrNothing(await ask(root, {}, { any: true })));
  const binary = server.data?.extensions?.includes(binaryExtension) ?? false;
  return {
    metadata,
    binary,
    async infer(input, names) {
      const info = metadata.inputs.find(({ name }) => name === names.input);
      const bytes = bytesOf(base, input, info?.datatype ?? "FP32");
      const request = {
        inputs: [
          {
            ...{ name: names.input, shape: input.dims, datatype: info?.datatype ?? "FP32" },
            ...(binary ? { parameters: { binary_data_size: bytes.byteLength } } : { data: [...bytes] }),
          },
        ],
        outputs: [{ name: names.output, ...(binary ? { parameters: { binary_data: true } } : {}) }],
      };
      const response = await ask(`${base}/infer`, binary ? binaryRequest(request, bytes) : jsonRequest(request));
      return answered(base, response, names.output);
    },
  };
}

type Numbers = Float32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;

function bytesOf(where: string, { data }: Tensor, datatype: string): Numbers {
  if (datatype === "FP32") return Float32Array.from(data);
  if (datatype === "UINT8") return Uint8Array.from(data, (value) => Math.round(value));
  throw new CfalignError("input", `${where}: expected an input of FP32 or UINT8, got ${datatype}: serve such a model`, {
    where,
  });
}

function jsonRequest(request: object): RequestInit {
  return { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(request) };
}

function binaryRequest(request: object, values: Numbers): RequestInit {
  const head = new TextEncoder().encode(JSON.stringify(request));
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const body = new Uint8Array(head.byteLength + bytes.byteLength);
  body.set(head);
  body.set(bytes, head.byteLength);
  const headers = { "content-type": "application/octet-stream", [headerLength]: String(head.byteLength) };
  return { method: "POST", headers, body };
}

/** The wanted output of an answer, as numbers. */
async function answered(where: string, response: Response, name: string): Promise<Tensor> {
  const body = new Uint8Array(await response.arrayBuffer());
  const stated = response.headers.get(headerLength);
  const end = stated === null ? body.byteLength : Number(stated);
  const { outputs } = parsed(answerSchema, where, new TextDecoder().decode(body.subarray(0, end)));
  let at = end;
  for (const output of outputs) {
    const size = output.parameters?.binary_data_size;
    const bytes = size === undefined ? undefined : body.slice(at, at + size);
    at += size ?? 0;
    if (output.name !== name) continue;
    const { shape, datatype } = output;
    const data = bytes === undefined ? numbersOf(output.data ?? []) : floatsOf(where, bytes, datatype);
    if (data.length !== sizeOf(shape)) {
      throw refusal(
        where,
        `an output of ${sizeOf(shape)} numbers for its shape [${shape.join(", ")}]`,
        `${data.length}`,
      );
    }
    return { data, dims: shape };
  }
  throw refusal(where, `an output "${name}"`, outputs.map((output) => `"${output.name}"`).join(", ") || "none");
}

/** JSON has no NaN: servers write null or a word. Nested lists are allowed. */
function numbersOf(data: readonly unknown[]): Float32Array {
  const flat = data.flat(8);
  return Float32Array.from(flat, (value) => (typeof value === "number" ? value : Number.NaN));
}

function floatsOf(where: string, bytes: Uint8Array<ArrayBuffer>, datatype: string): Float32Array {
  const types = { FP32: Float32Array, FP64: Float64Array } as const;
  const type = types[datatype as keyof typeof types];
  if (type === undefined) throw refusal(where, "an output of FP32 or FP64", datatype);
  if (bytes.byteLength % type.BYTES_PER_ELEMENT !== 0)
    throw refusal(where, "whole numbers", `${bytes.byteLength} bytes`);
  return Float32Array.from(new type(bytes.buffer));
}

function refusal(where: string, expected: string, got: string): CfalignError {
  return new CfalignError("input", `${where}: expected ${expected}, got ${got}`, { where });
}

function parsed<T>(schema: z.ZodType<T>, where: string, text: string): T {
  let value: unknown;
  try {
    // Some servers write NaN as it is, which JSON does not have.
    value = JSON.parse(text.replace(/(?<=[[,:\s])-?(?:NaN|Inf(?:inity)?)(?=\s*[\],}])/g, "null"));
  } catch (cause) {
    // Not quoted: it may say the token back.
    throw new CfalignError(
      "input",
      `${where}: expected JSON of the Open Inference Protocol, got ${text.length} characters of something else`,
      { where, cause },
    );
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new CfalignError("input", `${where}: ${issue?.path.join(".")}: ${issue?.message}`, { where });
}

const textOf = (response: Response): Promise<string> => response.text();

async function jsonOrNothing(response: Response): Promise<unknown> {
  if (!response.ok) return undefined;
  return response.json().catch(() => undefined);
}

/** What says that the same request may succeed later. */
const passing = (status: number): boolean => status === 429 || status >= 500;
/** How often the first pause may double. */
const mostDoublings = 6;

type Asking = (url: string, request?: RequestInit, how?: { readonly any?: boolean }) => Promise<Response>;

/** Sends requests until they are answered, with pauses that grow. any: whatever comes back is an answer. */
function requester(options: ServerOptions): Asking {
  const { token, timeout = 60, patience = 120, pause = 500, signal } = options;
  // Some servers say a token back that they do not take.
  const told: Telling = (text) => (token === undefined ? text : text.replaceAll(token, "…")).slice(0, 200);
  return async (url, request = {}, { any = false } = {}) => {
    const began = Date.now();
    for (let tried = 0; ; tried++) {
      throwIfInterrupted(signal);
      const outcome = await once(url, request, { token, timeout, signal });
      if (outcome instanceof Response && (outcome.ok || any)) return outcome;
      if (outcome instanceof Response && !passing(outcome.status)) throw await refused(url, outcome, told);
      const after = outcome instanceof Response ? Number(outcome.headers.get("retry-after")) * 1000 : 0;
      const wait = Math.max(after || 0, pause * 2 ** Math.min(tried, mostDoublings));
      if (Date.now() + wait - began > 1000 * patience) throw await givenUp(url, outcome, { times: tried + 1, told });
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  };
}

interface Once extends Pick<Required<ServerOptions>, "timeout"> {
  readonly token: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/** A response, whole, or what kept it from coming. */
async function once(url: string, request: RequestInit, { token, timeout, signal }: Once): Promise<Response | Error> {
  const late = AbortSignal.timeout(1000 * timeout);
  try {
    const response = await fetch(url, {
      ...request,
      // A token goes to the server that was named, and to no other.
      redirect: "manual",
      headers: { ...request.headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
      signal: signal === undefined ? late : AbortSignal.any([late, signal]),
    });
    // Connections are dropped in the middle, too.
    const body = await response.arrayBuffer();
    const { status, headers } = response;
    return new Response(status === 204 || status === 304 ? null : body, { status, headers });
  } catch (error) {
    throwIfInterrupted(signal);
    return error as Error;
  }
}

/** What a server said, as it may be shown. */
type Telling = (text: string) => string;

async function refused(url: string, response: Response, told: Telling): Promise<CfalignError> {
  const { status } = response;
  const text = told(await response.text());
  const advice =
    status === 401 || status === 403
      ? ": give a token that may ask, by the environment"
      : status >= 300 && status < 400
        ? `: it is elsewhere (${told(response.headers.get("location") ?? "nobody says where")}), name that`
        : "";
  return new CfalignError("runtime", `${url}: expected an answer, got ${status} ${saidBy(text)}${advice}`, {
    where: url,
  });
}

async function givenUp(
  url: string,
  outcome: Response | Error,
  { times, told }: { readonly times: number; readonly told: Telling },
): Promise<CfalignError> {
  const why =
    outcome instanceof Response ? `${outcome.status} ${saidBy(told(await outcome.text()))}` : reasonOf(outcome);
  return new CfalignError(
    "runtime",
    `${url}: expected an answer, got ${why.trim()} ${times} times: ask again, which goes on with what is missing`,
    { where: url, ...(outcome instanceof Error ? { cause: outcome } : {}) },
  );
}

/** The protocol's way of saying why. */
function saidBy(text: string): string {
  try {
    const { error } = JSON.parse(text) as { readonly error?: unknown };
    return typeof error === "string" ? `"${error}"` : text;
  } catch {
    return text;
  }
}

function reasonOf(error: Error): string {
  if (error.name === "TimeoutError") return "none in time";
  const cause = error.cause as { readonly code?: string; readonly message?: string } | undefined;
  return cause?.code ?? cause?.message ?? error.message;
}

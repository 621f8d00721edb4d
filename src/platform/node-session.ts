import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { InferenceSession } from "onnxruntime-common";
import { CfalignError } from "../base/errors.ts";
import type { RanOperator, Session, SessionOptions } from "./platform.ts";
import { openWith } from "./run-session.ts";

/** onnxruntime-node, loaded at first use. Errors: CfalignError("runtime") that says how to install it. */
export async function loadRuntime() {
  try {
    return await import("onnxruntime-node");
  } catch (cause) {
    const reason = (cause as Error).message.split("\n")[0];
    throw new CfalignError(
      "runtime",
      `cannot load onnxruntime-node (${reason}): install again with "npm i --ignore-scripts" or with ONNXRUNTIME_NODE_INSTALL=skip in the environment`,
      { cause },
    );
  }
}

/** A session of onnxruntime on a device, the CPU when none is named. Errors: as `openWith`. */
export async function createNodeSession(model: Uint8Array, options: SessionOptions = {}): Promise<Session> {
  const { InferenceSession: Sessions, Tensor } = await loadRuntime();
  const create = (bytes: Uint8Array, settings: InferenceSession.SessionOptions) => Sessions.create(bytes, settings);
  const { device = "cpu", onProfile } = options;
  if (onProfile === undefined) return openWith({ create, Tensor }, model, options, { executionProviders: [device] });
  const folder = await mkdtemp(join(tmpdir(), "cfalign-profile-"));
  const remove = () => rm(folder, { recursive: true, force: true });
  let native: InferenceSession | undefined;
  const session = await openWith(
    {
      create: async (bytes, settings) => {
        native = await create(bytes, settings);
        return native;
      },
      Tensor,
    },
    model,
    options,
    { executionProviders: [device], enableProfiling: true, profileFilePrefix: join(folder, "run") },
  ).catch(async (error) => {
    await remove();
    throw error;
  });
  return {
    ...session,
    async dispose() {
      native?.endProfiling();
      await session.dispose();
      for (const name of await readdir(folder)) onProfile(ranOf(await readFile(join(folder, name), "utf8")));
      await remove();
    },
  };
}

interface ProfileEvent {
  readonly cat: string;
  readonly args?: { readonly op_name?: string; readonly provider?: string };
}

/** The operators of onnxruntime's profile, a list of events of which each kernel's run is one. */
function ranOf(profile: string): readonly RanOperator[] {
  return (JSON.parse(profile) as readonly ProfileEvent[]).flatMap(({ cat, args }) => {
    const { op_name: op, provider } = args ?? {};
    return cat === "Node" && op !== undefined && provider !== undefined ? [{ op, provider }] : [];
  });
}

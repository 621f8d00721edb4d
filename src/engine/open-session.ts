import { platform } from "#platform";
import { CfalignError } from "../base/errors.ts";
import { writeModel } from "../onnx/write.ts";
import type { Session, SessionOptions } from "../platform/platform.ts";
import { locateWeights, locationsOf } from "./load.ts";
import type { Model } from "./model.ts";
import { placedSession } from "./placed-session.ts";
import type { Placement } from "./placement.ts";

export interface OpenOptions extends Omit<SessionOptions, "device"> {
  /** Where it runs: on the CPU when absent. */
  readonly placement?: Placement;
}

/**
 * A session for a model. Weights are never encoded again: the small graph refers to the bytes of the files they came
 * from, which onnxruntime maps. Errors: CfalignError("input") for external data that is not there.
 */
export async function openSession(model: Model, options: OpenOptions = {}): Promise<Session> {
  const { placement, ...rest } = options;
  if (placement === undefined || placement.device === "cpu") return openOn(model, rest);
  return placedSession((device) => openOn(model, { ...rest, device }), placement);
}

/** As `openSession`, on a device that is named; what it gives is not held against the CPU. */
export async function openOn(model: Model, options: SessionOptions): Promise<Session> {
  const { files } = platform;
  const locations = [...locationsOf(model.graph)];
  for (const location of locations) {
    if (!model.weights.has(location) && !(await files.exists(location))) {
      throw new CfalignError("input", `external data file "${location}" does not exist: keep it beside the model`, {
        where: location,
      });
    }
  }
  if (locations.length === 0) return platform.createSession(writeModel(model.graph), options);
  const folder = commonFolder(locations);
  if (locations.some((location) => model.weights.has(location)) || folder === undefined) {
    const externalData = [];
    for (const path of locations)
      externalData.push({ path, data: model.weights.get(path) ?? (await files.read(path)) });
    return platform.createSession(writeModel(model.graph), { ...options, externalData });
  }
  const graph = locateWeights(model.graph, (location) => files.relative(folder, location));
  return platform.createSession(writeModel(graph), { ...options, externalFolder: folder });
}

/** The deepest folder that holds all files, or undefined when they are on different drives. onnxruntime reads below one folder only. */
function commonFolder(paths: readonly string[]): string | undefined {
  const { dirname, relative } = platform.files;
  let folder = dirname(paths[0] as string);
  const holds = (path: string) => {
    const inside = relative(folder, path);
    return !inside.startsWith("..") && inside !== path;
  };
  while (!paths.every(holds)) {
    if (dirname(folder) === folder) return undefined;
    folder = dirname(folder);
  }
  return folder;
}

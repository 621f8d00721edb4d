import { CfalignError } from "../base/errors.ts";
import type { OpenRun } from "./open-run.ts";

/** Refuses models that are not those that a run was made with, to the byte. workspace: where they are from. Errors: CfalignError("usage"). */
export function assertModelsOf(
  run: Pick<OpenRun, "path" | "file">,
  models: readonly { readonly name: string; readonly hash: string }[],
  workspace: { readonly path: string },
): void {
  const { autoencoder, models: own } = run.file;
  const known = new Map([autoencoder, ...own].map(({ name, hash }) => [name, hash]));
  for (const { name, hash } of models) {
    const wanted = known.get(name);
    if (wanted === hash) continue;
    const short = (text: string | undefined): string => (text === undefined ? "none" : text.slice(0, 12));
    throw new CfalignError(
      "usage",
      (named) =>
        `${workspace.path}: model ${name}: expected the one that "${run.path}" was made with (${short(wanted)}), got another (${short(hash)}): name that run's workspace with ${named("workspace")}`,
      { where: workspace.path },
    );
  }
}

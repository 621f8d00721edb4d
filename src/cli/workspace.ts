import { platform } from "#platform";
import { CfalignError } from "../base/errors.ts";
import type { Classifier, Workspace } from "../index.ts";
import { devices } from "../options/device.ts";
import type { Context } from "./context.ts";
import type { WorkspaceFlags } from "./options.ts";

/** Opens the workspace that `--workspace` names, or `./cfalign.json`, on the device that `--device` names. */
export async function workspaceOf(context: Context, { workspace: given, device }: WorkspaceFlags): Promise<Workspace> {
  const { openWorkspace } = await context.library();
  if (given === undefined && !(await platform.files.exists("cfalign.json"))) {
    throw new CfalignError(
      "usage",
      "no workspace: expected ./cfalign.json, or --workspace with a path or the built-in cartoon-faces",
      { where: "--workspace" },
    );
  }
  return openWorkspace(given ?? "cfalign.json", { device, onFallback: context.output.say });
}

/** What a run goes on with: with `auto` the device that it was begun on, as another one's numbers differ. */
export async function deviceOfRun(
  context: Context,
  out: string,
  asked: WorkspaceFlags["device"],
): Promise<WorkspaceFlags["device"]> {
  const { isRun, readRunFile } = await context.library();
  if (asked !== "auto" || !(await isRun(out))) return asked;
  const { device } = (await readRunFile(out)).compute;
  return devices.find((name) => name === device) ?? "cpu";
}

/** The folder of images that a verb was given, else the workspace's own. */
export function imagesOf(workspace: Workspace, given: string | undefined): string {
  const images = given ?? workspace.images;
  if (images === undefined) {
    throw new CfalignError("usage", `no images: name a folder, or add "images" to ${workspace.path}`, {
      where: "folder",
    });
  }
  return images;
}

/** What an audit without a list is about: every target of every classifier that is no probe of the latent. */
export function ownClassifiers(workspace: Workspace): readonly Classifier[] {
  const own = workspace.classifiers().filter(({ terms }) => terms.every(({ model }) => model.probeOf === undefined));
  if (own.length > 0) return own;
  throw new CfalignError(
    "usage",
    `${workspace.path}: classifiers: expected one that is no probe, found none: name the probes to lower with --base`,
    { where: "--base" },
  );
}

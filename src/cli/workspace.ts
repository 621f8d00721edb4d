import { platform } from "#platform";
import { CfalignError } from "../errors.ts";
import type { Workspace } from "../index.ts";
import type { Context } from "./context.ts";

/** Opens the workspace that `--workspace` names, or `./cfalign.json`. */
export async function workspaceOf(context: Context, given: string | undefined): Promise<Workspace> {
  const { openWorkspace } = await context.library();
  if (given === undefined && !(await platform.files.exists("cfalign.json"))) {
    throw new CfalignError(
      "usage",
      "no workspace: expected ./cfalign.json, or --workspace with a path or the built-in cartoon-faces",
      { where: "--workspace" },
    );
  }
  return openWorkspace(given ?? "cfalign.json");
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

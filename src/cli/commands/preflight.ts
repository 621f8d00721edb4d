import { Command } from "commander";
import type { Context } from "../context.ts";
import { addWorkspaceOption } from "../options.ts";
import { runPreflight } from "../run-preflight.ts";
import type { preflightOutput } from "../schemas.ts";
import { imagesOf, workspaceOf } from "../workspace.ts";

/** `cfalign preflight`: does everything run, what is lost, what will it cost. */
export function preflightCommand(context: Context): Command {
  const command = new Command("preflight")
    .description(
      "try a workspace on 64 pictures: does it run, what is lost, what will it cost; exit 1 if it does not run",
    )
    .argument("[folder]", "images (the workspace's own when absent)");
  return addWorkspaceOption(command)
    .addHelpText(
      "after",
      `
Says of every classifier whether it runs and can be differentiated, what it says of the pictures, and how many of its
decisions the autoencoder keeps; whether the latent is a map; and how long cfalign align will take. Of every column of
labels that a judge or a probe tells: on how many of twelve edits it was seen to go, or come. Exit 1 where a
classifier does not run or cannot be differentiated, 2 where files or pictures cannot be opened.

Examples:
  cfalign preflight
  cfalign preflight photos --json`,
    )
    .action(async (folder: string | undefined, flags: { readonly workspace?: string }) => {
      await using workspace = await workspaceOf(context, flags);
      const found = await runPreflight(context, workspace, imagesOf(workspace, folder));
      context.output.json<typeof preflightOutput>({ ...found, alignSeconds: found.alignSeconds ?? null });
    });
}

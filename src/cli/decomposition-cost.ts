import { platform } from "#platform";
import type { AlignFolderOptions } from "../index.ts";
import type { Context } from "./context.ts";
import { duration } from "./progress.ts";

/** Says on stderr what a decomposition will take, before it starts. */
export async function sayDecompositionCost(
  context: Context,
  folder: string,
  options: AlignFolderOptions,
): Promise<void> {
  const { decompositionCost } = await context.library();
  const images = (await platform.files.list(folder)).length;
  const { gradients, seconds, lacking } = await decompositionCost({ ...options, images }, context.now);
  context.output.say(`decomposition: at most ${gradients} gradients, about ${duration(1000 * seconds)}`);
  if (lacking.length > 0) {
    context.output.say(
      `decomposition: no unrelated classifier knows what ${lacking.join(", ")} is about, so that part will count as unexplained: a judge in the workspace would know it`,
    );
  }
}

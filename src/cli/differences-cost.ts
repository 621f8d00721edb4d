import type { Classifier, Workspace } from "../index.ts";
import type { Context } from "./context.ts";
import { duration } from "./progress.ts";

/** Says on stderr what gradients by differences will take, before any is needed for more. */
export async function sayDifferencesCost(
  context: Context,
  { autoencoder }: Pick<Workspace, "autoencoder">,
  bases: readonly Classifier[],
): Promise<void> {
  const { differencesCost } = await context.library();
  for (const { model, looks, seconds } of await differencesCost(autoencoder, bases, context.now)) {
    context.output.say(
      `note: ${model} has no gradient and its manifest asks for differences: ${looks} looks a direction, about ${duration(1000 * seconds)} each`,
    );
  }
}

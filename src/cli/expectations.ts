import { platform } from "#platform";
import type { ExpectedRelation, RunNames } from "../index.ts";
import type { Context } from "./context.ts";

/** What `--expect` says, after "--expect <file>". */
export const expectHelp =
  'expected relations, one a line: "smiling -> mouth_open"; they are counted on their own (docs/expectations.md)';

/** The relations of the file that a verb was given; none without one. */
export async function expectationsOf(
  context: Context,
  run: RunNames,
  path: string | undefined,
): Promise<readonly ExpectedRelation[]> {
  if (path === undefined) return [];
  const { readExpectations } = await context.library();
  const bytes = await platform.files.read(path);
  return readExpectations(run, new TextDecoder().decode(bytes), platform.files.basename(path));
}

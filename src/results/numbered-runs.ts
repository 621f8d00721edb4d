import { z } from "zod";
import { platform } from "#platform";
import { CfalignError } from "../base/errors.ts";

/** Where runs go and are looked for when no folder is named. */
export const runsFolder = "runs";

/** What tells how old a run is, in every version of `run.json`. */
const dated = z.object({ format: z.literal("cfalign-run"), startedAt: z.string() });

/** A folder below `runs` that nothing has: numbered, after all numbers that are there. */
export async function nextRun(runs: string = runsFolder): Promise<string> {
  const numbers = (await namesIn(runs)).filter((name) => /^\d{1,9}$/.test(name)).map(Number);
  return platform.files.join(runs, String(Math.max(0, ...numbers) + 1));
}

/** The run below `runs` that was started last. Errors: CfalignError("usage") where there is none. */
export async function newestRun(runs: string = runsFolder): Promise<string> {
  const { files } = platform;
  const found: { readonly run: string; readonly startedAt: string }[] = [];
  for (const name of await namesIn(runs)) {
    const run = files.join(runs, name);
    const path = files.join(run, "run.json");
    if (!(await files.exists(path))) continue;
    const startedAt = startOf(new TextDecoder().decode(await files.read(path)));
    if (startedAt !== undefined) found.push({ run, startedAt });
  }
  // Moments of one form, so that their order is that of the text.
  const [newest] = found.sort((a, b) => (a.startedAt === b.startedAt ? 0 : a.startedAt < b.startedAt ? 1 : -1));
  if (newest !== undefined) return newest.run;
  throw new CfalignError(
    "usage",
    `no run: expected one below "${runs}", found none: name a run, or make one with cfalign align`,
    { where: runs },
  );
}

function startOf(text: string): string | undefined {
  try {
    return dated.parse(JSON.parse(text)).startedAt;
  } catch {
    // Something else of the same name is no run.
    return undefined;
  }
}

/** Names of what lies in a folder and holds files; nothing where there is no folder. */
async function namesIn(folder: string): Promise<readonly string[]> {
  const { files } = platform;
  if (!(await files.isDirectory(folder))) return [];
  return [...new Set((await files.list(folder)).map((path) => path.split("/")[0] as string))];
}

// A process that has the number 1 where it is started in a space of numbers of its own. Writes a file, or holds a folder until it is told to end.
import { once } from "node:events";
import { nodeFiles } from "../../src/platform/node-files.ts";

const [action, path, text] = process.argv.slice(2) as [string, string, string];
if (action === "write") await nodeFiles.write(path, text.repeat(2e6));
else {
  const lock = await nodeFiles.lockFolder(path).catch(() => undefined);
  process.stdout.write(lock === undefined ? "refused\n" : "held\n");
  if (lock !== undefined) await once(process.stdin.resume(), "end");
  await lock?.release();
}

// A process of its own that holds a folder until it is killed. Prints a line once it does.
import { setTimeout as wait } from "node:timers/promises";
import { nodeFiles } from "../../src/platform/node-files.ts";

await nodeFiles.lockFolder(process.argv[2] as string);
process.stdout.write("held\n");
await wait(600_000);

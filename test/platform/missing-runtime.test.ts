import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");

/** Makes Node fail to find onnxruntime-node, as after an install that was cut off. */
const hook = `import { register } from "node:module";
register("data:text/javascript," + encodeURIComponent(\`export async function resolve(name, context, next) {
  if (name === "onnxruntime-node") throw new Error("cannot find libonnxruntime.so.1\\\\nrequire stack: …");
  return next(name, context);
}\`));`;

test("a failed load of onnxruntime says in one line how to install it", async () => {
  const script = `import { platform } from "./src/platform/node.ts";
    await platform.createSession(new Uint8Array()).catch((error) => console.log(error.code, error.message));`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      "--conditions=source",
      "--import",
      "tsx",
      "--import",
      `data:text/javascript,${encodeURIComponent(hook)}`,
      "--input-type=module",
      "-e",
      script,
    ],
    { cwd: root },
  );
  expect(stdout).toBe(
    'runtime cannot load onnxruntime-node (cannot find libonnxruntime.so.1): install again with "npm i --ignore-scripts" or with ONNXRUNTIME_NODE_INSTALL=skip in the environment\n',
  );
});

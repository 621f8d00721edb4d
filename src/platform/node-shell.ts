import { spawn } from "node:child_process";
import { CfalignError } from "../base/errors.ts";

/** Runs a shell script; returns what it prints. Errors: CfalignError("runtime") with what it says on stderr. */
export function runShell(script: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const shell = spawn("sh", ["-c", script], { stdio: ["ignore", "pipe", "pipe"] });
    const said = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      shell[name].setEncoding("utf8").on("data", (text: string) => {
        said[name] += text;
      });
    }
    shell.on("error", reject);
    shell.on("close", (code) => {
      if (code === 0) resolve(said.stdout.trim());
      else reject(new CfalignError("runtime", `the script failed: ${said.stderr.trim()}`));
    });
  });
}

/** Opens model files that it is told of on stdin, one JSON line each, and answers each with a line: see hostile.ts. */
import { createInterface } from "node:readline";
import { CfalignError } from "../../../src/base/errors.ts";
import { inspectModel } from "../../../src/engine/inspect.ts";
import { differentiable } from "../../../src/engine/public-vjp.ts";
import type { Answer, Question, Verdict } from "./hostile.ts";

async function verdictOf(action: () => Promise<string | undefined>): Promise<Verdict> {
  try {
    const message = await action();
    return message === undefined ? { code: "accepted", message: "" } : { code: "reported", message };
  } catch (error) {
    if (error instanceof CfalignError) return { code: error.code, message: error.message };
    return { code: "unforeseen", message: String((error as Error).stack) };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const { path, wrt, output, shape } = JSON.parse(line) as Question;
  const before = process.cpuUsage();
  const inspect = await verdictOf(async () => {
    const [found] = await inspectModel(path, { shapes: { [wrt]: shape } });
    return (
      found?.problem ?? (found?.missing.map(({ op, node }) => `${op} "${node}" has no rule`).join("; ") || undefined)
    );
  });
  const differentiate = await verdictOf(async () => {
    const model = await differentiable(path, { wrt, output, shape });
    await model.dispose();
    return undefined;
  });
  const { user, system } = process.cpuUsage(before);
  const answer: Answer = {
    inspect,
    differentiable: differentiate,
    cpuSeconds: (user + system) / 1e6,
    maxResidentBytes: process.resourceUsage().maxRSS * 1024,
  };
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

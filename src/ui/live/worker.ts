import { CfalignError } from "../../base/errors.ts";
import { createQuestionHandler } from "../../live/question-handler.ts";
import type { Asked, Kind } from "../../live/questions.ts";
import type { Reply, Request } from "./link.ts";
import { countWasmMemory } from "./wasm-memory.ts";

/** What a page's worker has of a window. */
interface Scope {
  postMessage(reply: Reply): void;
  addEventListener(type: "message", listener: (event: MessageEvent<Request>) => void): void;
}

const scope = globalThis as unknown as Scope;
const memoryBytes = countWasmMemory();
const handler = createQuestionHandler();

scope.addEventListener("message", async ({ data: { number, kind, asked } }) => {
  try {
    const onProgress = (progress: number): void => scope.postMessage({ number, progress });
    const answer = await handler.answer(kind, asked as Asked[Kind], onProgress);
    scope.postMessage({ number, answer, memoryBytes: memoryBytes() });
  } catch (error) {
    const known = error instanceof CfalignError;
    scope.postMessage({ number, failure: known ? error.message : `internal error: ${(error as Error).message}` });
  }
});

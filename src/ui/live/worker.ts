import { CfalignError } from "../../errors.ts";
import { createDesk } from "../../live/desk.ts";
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
const desk = createDesk();

scope.addEventListener("message", async ({ data: { number, kind, asked } }) => {
  try {
    const told = (news: number): void => scope.postMessage({ number, news });
    const answer = await desk.answer(kind, asked as Asked[Kind], told);
    scope.postMessage({ number, answer, memoryBytes: memoryBytes() });
  } catch (error) {
    const known = error instanceof CfalignError;
    scope.postMessage({ number, failure: known ? error.message : `internal error: ${(error as Error).message}` });
  }
});

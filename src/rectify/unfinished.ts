import { z } from "zod";
import { platform } from "#platform";
import { CfalignError } from "../base/errors.ts";
import { parseJson } from "../results/parse-json.ts";

/** Name of the file in which a rectification says what it is and what is done of it, until it is finished. */
const unfinishedFile = "unfinished.json";

const schema = z.object({ identity: z.record(z.string(), z.unknown()), done: z.record(z.string(), z.unknown()) });

/** What is done of a rectification: kept after every step, so that one that was ended goes on. */
export interface Unfinished {
  /** The value of a step: that of an earlier call where it came so far. */
  step<T>(name: string, make: () => Promise<T>): Promise<T>;
  /** Forgets all of it. */
  finish(): Promise<void>;
}

/** What was kept in a folder. identity: what a rectification depends on. Errors: CfalignError("usage") where it is of another one. */
export async function openUnfinished(
  out: string,
  identity: Readonly<Record<string, unknown>>,
  assertHeld: () => void,
): Promise<Unfinished> {
  const { files } = platform;
  const path = files.join(out, unfinishedFile);
  // As it is read again: without what JSON leaves out.
  const own: Readonly<Record<string, unknown>> = JSON.parse(JSON.stringify(identity));
  const done: Record<string, unknown> = {};
  if (await files.exists(path)) {
    const held = parseJson(schema, await files.read(path), path);
    const other = Object.keys({ ...own, ...held.identity }).find(
      (name) => JSON.stringify(own[name]) !== JSON.stringify(held.identity[name]),
    );
    if (other !== undefined) {
      throw new CfalignError(
        "usage",
        (named) =>
          `"${path}" is of another rectification, whose ${other} differ: choose another folder (${named("out")}), or remove the file`,
        { where: path },
      );
    }
    Object.assign(done, held.done);
  }
  return {
    async step<T>(name: string, make: () => Promise<T>): Promise<T> {
      if (!(name in done)) {
        const made: unknown = JSON.parse(JSON.stringify(await make()));
        assertHeld();
        done[name] = made;
        await files.write(path, JSON.stringify({ identity: own, done }));
      }
      return done[name] as T;
    },
    finish: () => files.remove(path),
  };
}

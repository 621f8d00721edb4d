import { z } from "zod";
import { platform } from "#platform";
import { CfalignError } from "../base/errors.ts";
import type { EditMemory } from "../interventions/edit-memory.ts";
import { keepArrays, keptArrays } from "../results/kept-arrays.ts";
import { sealed, wholeSealed } from "../results/sealed-json.ts";

/** Part of the key: to be raised where the same makings give other edits. */
const format = 1;

/** Bytes of a folder from which on what was not used lately is deleted. */
const mostBytes = 2e9;
const usedSchema = z.object({ stems: z.array(z.string()) });

/** A memory in a folder, which grows. What the disk refuses is made anew each time. */
export interface KeptEdits extends EditMemory {
  /**
   * After all is made: deletes what was used longest ago, as far as the folder holds more than `most` bytes, and nothing that this memory was asked for. For who holds the
   * lock of what the folder belongs to.
   */
  tidy(most?: number): Promise<void>;
  /** Why not all is kept; undefined where it is. */
  refused(): string | undefined;
}

/** What edits are made by, in a folder. about: pictures, labels and whatever else all of it depends on. What is damaged or gone is made anew. */
export function keptEdits(folder: string, about: object): KeptEdits {
  const { files } = platform;
  const used = new Set<string>();
  let refused: string | undefined;
  const unlessRefused = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof CfalignError)) throw error;
      refused ??= error.message;
      return undefined;
    }
  };
  return {
    async remembered(from, make) {
      const key = await platform.sha256(new TextEncoder().encode(JSON.stringify({ format, about, from })));
      const stem = key.slice(0, 16);
      used.add(stem);
      const before = await unlessRefused(() => keptArrays(files.join(folder, stem), key));
      if (before !== undefined) return before;
      const made = await make();
      await unlessRefused(() => keepArrays(files.join(folder, stem), key, made));
      return made;
    },
    async tidy(most = mostBytes) {
      if (used.size > 0) await unlessRefused(() => tidied(folder, used, most));
    },
    refused: () => refused,
  };
}

async function tidied(folder: string, used: ReadonlySet<string>, most: number): Promise<void> {
  const { files } = platform;
  const list = files.join(folder, "used-last.json");
  const before = (await wholeSealed(list, usedSchema))?.stems ?? [];
  const names = (await files.list(folder)).filter((name) => /^[0-9a-f]{16}\.(bin|json)$/.test(name));
  const stems = new Set([...used, ...before, ...names.map((name) => name.slice(0, 16))]);
  const left: string[] = [];
  let bytes = 0;
  for (const stem of stems) {
    const own = names.filter((name) => name.startsWith(stem)).map((name) => files.join(folder, name));
    for (const file of own) bytes += (await files.size(file)) ?? 0;
    if (used.has(stem) || bytes <= most) left.push(stem);
    else for (const file of own) await files.remove(file);
  }
  await files.write(list, await sealed({ stems: left }));
}

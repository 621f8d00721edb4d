import { z } from "zod";
import { platform } from "#platform";
import { parseJson } from "../results/parse-json.ts";
import type { Suite } from "./open-suite.ts";

/** JSON has no NaN. */
const partSchema = z.array(z.tuple([z.string(), z.array(z.number().nullable())]));

/** Answers of an attempt that has not come to its end, in a folder beside the pictures: a file for each question, as it is answered. */
export interface KeptAnswers {
  /** Those of earlier attempts, by the pictures' sha256. */
  readonly rows: ReadonlyMap<string, readonly number[]>;
  add(answers: readonly (readonly [sha256: string, row: ArrayLike<number>])[]): Promise<void>;
  /** Lets go of all. */
  clear(): Promise<void>;
}

/** Opens what was kept under a key. */
export async function keptAnswers({ path }: Pick<Suite, "path">, key: string): Promise<KeptAnswers> {
  const { files } = platform;
  const folder = files.join(path, "answers", key);
  await files.makeDirectory(folder);
  const rows = new Map<string, readonly number[]>();
  for (const name of (await files.list(folder)).filter((each) => each.endsWith(".json"))) {
    const part = files.join(folder, name);
    const read = parseJson(partSchema, await files.read(part), part, "delete it, and ask again");
    for (const [sha256, row] of read)
      rows.set(
        sha256,
        row.map((value) => value ?? Number.NaN),
      );
  }
  return {
    rows,
    async add(answers) {
      const [first] = answers;
      if (first === undefined) return;
      const part = answers.map(([sha256, row]) => [
        sha256,
        Array.from(row, (value) => (Number.isFinite(value) ? value : null)),
      ]);
      await files.write(files.join(folder, `${first[0].slice(0, 16)}.json`), JSON.stringify(part));
    },
    clear: () => files.remove(folder),
  };
}

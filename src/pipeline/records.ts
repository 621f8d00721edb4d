import { z } from "zod";
import { platform } from "#platform";
import { sealed, wholeSealed } from "../results/sealed-json.ts";

/** What stages of an audit made before, by what they were made from. */
export interface Records {
  /** What a stage made from the same; undefined where it did not, or where a file of it is gone. */
  find<T extends object>(stage: string, from: unknown, schema: z.ZodType<T>): Promise<T | undefined>;
  keep(stage: string, from: unknown, made: object): Promise<void>;
}

/** A record: what it is of, and what was made. */
const recordSchema = z.object({ from: z.string(), made: z.unknown() });

/** Files that a stage made. */
const filesSchema = z.object({ files: z.array(z.string()).optional() });

/** Records below a folder, one file a stage and origin. A record that is damaged or of another version is none: its stage is done again. */
export function recordsIn(folder: string): Records {
  const { files } = platform;
  const placeOf = async (stage: string, from: unknown): Promise<{ readonly path: string; readonly key: string }> => {
    const key = await platform.sha256(new TextEncoder().encode(JSON.stringify(from)));
    return { path: files.join(folder, `${stage}-${key.slice(0, 16)}.json`), key };
  };
  return {
    async find(stage, from, schema) {
      const { path, key } = await placeOf(stage, from);
      const record = await wholeSealed(path, recordSchema);
      if (record?.from !== key) return undefined;
      const { files: needed = [] } = filesSchema.safeParse(record.made).data ?? {};
      for (const file of needed) if (!(await files.exists(file))) return undefined;
      return schema.safeParse(record.made).data;
    },
    async keep(stage, from, made) {
      const { path, key } = await placeOf(stage, from);
      await files.makeDirectory(folder);
      await files.write(path, `${await sealed({ from: key, made }, 2)}\n`);
    },
  };
}

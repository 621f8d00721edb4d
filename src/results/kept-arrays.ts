import { z } from "zod";
import { platform } from "#platform";
import { concatenated } from "../base/tensor.ts";
import { sealed, wholeSealed } from "./sealed-json.ts";

/** What was found out at some cost: what JSON holds, and arrays. */
export interface Found {
  readonly told: unknown;
  readonly arrays: readonly Float32Array[];
}

const keptSchema = z.object({
  key: z.string(),
  told: z.unknown(),
  /** Numbers of every array, one after the other in a file beside. */
  lengths: z.array(z.number().int()),
  sha256: z.string(),
});

/** Endings of the two files of a stem. */
const endings = ["bin", "json"] as const;

/** Keeps something in the files `stem`.bin and `stem`.json, in place of what is there. key: what all of it depends on. */
export async function keepArrays(stem: string, key: string, { told, arrays }: Found): Promise<void> {
  const { files } = platform;
  const bytes = new Uint8Array(concatenated(arrays).buffer);
  await files.makeDirectory(files.dirname(stem));
  await files.write(`${stem}.bin`, bytes);
  const kept = { key, told, lengths: arrays.map(({ length }) => length), sha256: await platform.sha256(bytes) };
  await files.write(`${stem}.json`, await sealed(kept));
}

/** What was kept under a key; undefined where something else is there, or nothing that is whole. */
export async function keptArrays(stem: string, key: string): Promise<Found | undefined> {
  const { files } = platform;
  for (const ending of endings) if (!(await files.exists(`${stem}.${ending}`))) return undefined;
  const kept = await wholeSealed(`${stem}.json`, keptSchema);
  const bytes = await files.read(`${stem}.bin`);
  if (kept?.key !== key || kept.sha256 !== (await platform.sha256(bytes))) return undefined;
  const all = new Float32Array(bytes.slice().buffer);
  let end = 0;
  const arrays = kept.lengths.map((length) => {
    end += length;
    return all.subarray(end - length, end);
  });
  return { told: kept.told, arrays };
}

/** Deletes what was kept, if there is something. */
export async function dropArrays(stem: string): Promise<void> {
  for (const ending of endings) await platform.files.remove(`${stem}.${ending}`);
}

import { platform } from "#platform";
import { CfalignError } from "../base/errors.ts";
import type { TrainingProgress, TrainWitnessOptions, Witness } from "./train-witness.ts";

/**
 * `trainWitness` in a process of its own, with half of the cores, for who has something else to do meanwhile. The signal ends it at once; the same call goes on
 * where it stood. Errors: as `trainWitness`, ("runtime") where the process does not live.
 */
export async function trainWitnessApart(
  table: string,
  { signal, progress, out, ...options }: Omit<TrainWitnessOptions, "workspace" | "enter"> & { readonly out: string },
): Promise<Witness> {
  const interrupted = (): CfalignError => new CfalignError("interrupted", "interrupted while a witness was trained");
  if (signal?.aborted) throw interrupted();
  const { files } = platform;
  const module = import.meta.url.endsWith(".ts") ? "./training-worker.ts" : "./training-worker.js";
  const worker = platform.startWorker(new URL(module, import.meta.url));
  const end = (): void => worker.end();
  signal?.addEventListener("abort", end, { once: true });
  const threads = Math.max(1, Math.floor(platform.machine().cores / 2));
  // The process may be in another folder.
  const question = { table: files.resolve(table), options: { threads, ...options, out: files.resolve(out) } };
  try {
    const made = (await worker.ask(question, (told) => progress?.(told as TrainingProgress))) as Witness;
    return { ...made, manifest: made.manifest === null ? null : files.join(out, files.basename(made.manifest)) };
  } catch (error) {
    throw signal?.aborted ? interrupted() : error;
  } finally {
    signal?.removeEventListener("abort", end);
    end();
  }
}

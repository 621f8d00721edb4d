import type { TrainWitnessOptions, Witness } from "../index.ts";
import type { Context } from "./context.ts";
import { exitCodes } from "./exit-code.ts";
import { trainingWords } from "./witness-text.ts";

/** Trains a witness with progress on stderr: SIGINT and SIGTERM end it with the best network so far, and the process with their exit code. */
export async function runTraining(context: Context, table: string, options: TrainWitnessOptions): Promise<Witness> {
  const { trainWitness } = await context.library();
  using reading = context.progress("reading");
  using training = context.progress("training");
  using interrupt = context.interrupt("stopping with the best network so far");
  const displays = { reading, training };
  const made = await trainWitness(table, {
    ...options,
    signal: interrupt.signal,
    progress(told) {
      if (told.stage === "training") reading.stop();
      displays[told.stage].update({ ...told, words: trainingWords(told) });
    },
  });
  training.stop();
  for (const note of made.notes) context.output.say(`note: ${note}`);
  const signal = interrupt.received();
  if (signal !== undefined) context.exitWith(signal === "SIGTERM" ? exitCodes.terminated : exitCodes.interrupted);
  return made;
}

import type { TrainWitnessOptions, Witness } from "../index.ts";
import type { Context } from "./context.ts";
import { exitCodes } from "./exit-code.ts";
import { trainingWords } from "./witness-text.ts";

/** Trains a witness with progress on stderr: SIGINT and SIGTERM end it with the best network so far, and the process with their exit code. */
export async function runTraining(context: Context, table: string, options: TrainWitnessOptions): Promise<Witness> {
  const { trainWitness } = await context.library();
  const displays = { reading: context.progress("reading"), training: context.progress("training") };
  const interrupt = context.interrupt("stopping with the best network so far");
  try {
    const made = await trainWitness(table, {
      ...options,
      signal: interrupt.signal,
      progress(told) {
        if (told.stage === "training") displays.reading.stop();
        displays[told.stage].update({ ...told, words: trainingWords(told) });
      },
    });
    displays.training.stop();
    for (const note of made.notes) context.output.say(`note: ${note}`);
    const signal = interrupt.received();
    if (signal !== undefined) context.exitWith(signal === "SIGTERM" ? exitCodes.terminated : exitCodes.interrupted);
    return made;
  } finally {
    for (const display of Object.values(displays)) display.stop();
    interrupt.dispose();
  }
}

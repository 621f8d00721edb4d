// A process of its own that trains a witness, as train-apart.ts asks it to.
import { platform } from "#platform";
import { type TrainWitnessOptions, trainWitness } from "./train-witness.ts";

platform.serveQuestions((question, tell) => {
  const { table, options } = question as { readonly table: string; readonly options: TrainWitnessOptions };
  return trainWitness(table, { ...options, progress: tell });
});

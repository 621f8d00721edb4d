// A process of its own that works on the chunks of a run, as pool-executor.ts asks it to.
import { platform } from "#platform";
import { type Question, type WorkerProgress, workerAnswers } from "./worker-questions.ts";

const answers = workerAnswers();
platform.serveQuestions((question, tell) => answers(question as Question, tell as (steps: WorkerProgress) => void));

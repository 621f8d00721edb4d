// A process of its own that works on the chunks of a run, as crew-hands.ts asks it to.
import { platform } from "#platform";
import { type News, type Question, workerAnswers } from "./worker-questions.ts";

const answers = workerAnswers();
platform.serveQuestions((question, tell) => answers(question as Question, tell as (news: News) => void));

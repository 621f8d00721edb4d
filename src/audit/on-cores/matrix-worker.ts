// A process of its own that answers what matrix-on-cores.ts asks.
import { platform } from "#platform";
import { type MatrixQuestion, matrixAnswers } from "../matrix-questions.ts";

const answers = matrixAnswers();
platform.serveQuestions(async (questions) => (questions as readonly MatrixQuestion[]).map(answers));

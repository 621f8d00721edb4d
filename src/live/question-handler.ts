import { platform } from "#platform";
import { type Answers, AskedWorkspace, workspaceAnswers } from "./asked-workspace.ts";
import { auditAnswers } from "./audit-answers.ts";
import { drawnAnswers } from "./drawn-answers.ts";
import { likenessAnswers } from "./likeness-answers.ts";
import { figureAnswers, pictureAnswers } from "./picture-answers.ts";
import type { Answered, Asked, Kind, OnProgress } from "./questions.ts";
import { repairAnswers } from "./repair-answers.ts";

/**
 * Answers questions about one workspace, one after the other, and remembers what was asked before. What takes long is answered beside
 * the others, which go first.
 */
export interface QuestionHandler extends AsyncDisposable {
  /** onProgress: called with how far it is, where that is known. */
  answer<K extends Kind>(kind: K, asked: Asked[K], onProgress?: OnProgress): Promise<Answered[K]>;
}

/** What takes long. */
const long: ReadonlySet<Kind> = new Set<Kind>(["prepare", "reference", "repairPicture", "parts", "audit", "auditLook"]);

/** A handler without a workspace: `open` is the first question. */
export function createQuestionHandler(): QuestionHandler {
  // Where it fails, so does the first model, and says why.
  platform.prepare().catch(() => undefined);
  const asking = new AskedWorkspace();
  const { dispose: disposeAudit, ...ofAudits } = auditAnswers(asking);
  /** Stops what was asked last of an audit. */
  let stop = new AbortController();
  const answers: Answers<Kind> = {
    ...workspaceAnswers(asking),
    ...pictureAnswers(asking),
    ...likenessAnswers(asking),
    ...repairAnswers(asking),
    ...drawnAnswers(asking),
    ...figureAnswers(asking),
    ...ofAudits,
    async auditStop() {
      stop.abort();
      return undefined;
    },
  };

  const lines = { short: Promise.resolve<unknown>(undefined), long: Promise.resolve<unknown>(undefined) };
  const dispose = async (): Promise<void> => {
    stop.abort();
    await Promise.all([lines.short, lines.long]);
    await disposeAudit();
    await asking.dispose();
  };
  return {
    answer(kind, asked, onProgress = () => {}) {
      if (kind === "auditStop") return answers[kind](asked, onProgress, stop.signal);
      // Of its own from when it is asked, so that it can be stopped before its turn comes.
      if (kind === "audit" || kind === "auditLook") stop = new AbortController();
      const { signal } = stop;
      const line = long.has(kind) ? "long" : "short";
      const answer = lines[line].then(() =>
        line === "long"
          ? answers[kind](asked, onProgress, signal)
          : platform.urgently(() => answers[kind](asked, onProgress, signal)),
      );
      lines[line] = answer.catch(() => undefined);
      return answer;
    },
    [Symbol.asyncDispose]: dispose,
  };
}

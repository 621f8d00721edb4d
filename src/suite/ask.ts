import { CfalignError, throwIfInterrupted } from "../base/errors.ts";
import { inParallel } from "../base/in-parallel.ts";
import { stack } from "../base/tensor.ts";
import { keptAnswers } from "./kept-answers.ts";
import { picturesOf, readPicture, type Suite, uneditedOf } from "./open-suite.ts";
import type { SuitePicture } from "./pairs.ts";
import type { Respondent } from "./respondent.ts";

/** How a classifier is asked. */
export interface AskOptions {
  readonly signal?: AbortSignal | undefined;
  /** Only the pictures before they were edited, false. */
  readonly unedited?: boolean;
  /** Told in pictures. */
  readonly progress?: ((done: number, total: number) => void) | undefined;
}

/** Outputs for every picture of a suite, by its sha256, and how many of them were there from an earlier attempt. */
export interface Asked {
  readonly rows: ReadonlyMap<string, ArrayLike<number>>;
  readonly kept: number;
}

/**
 * Shows a suite's pictures to a respondent. Where asking costs, answers are kept as they come, so that another attempt asks only for what is missing; they go
 * once all are there, as a model may be another one the next time.
 */
export async function askAll(
  suite: Suite,
  respondent: Respondent,
  { signal, progress, unedited = false }: AskOptions = {},
): Promise<Asked> {
  // Of another question: those of a whole audit are not to go with it.
  const key = respondent.key === undefined || !unedited ? respondent.key : `${respondent.key}-unedited`;
  const store = key === undefined ? undefined : await keptAnswers(suite, key);
  const rows = new Map<string, ArrayLike<number>>(store?.rows);
  const all = unedited ? uneditedOf(suite) : picturesOf(suite);
  const missing = all.filter(({ sha256 }) => !rows.has(sha256));
  const kept = all.length - missing.length;
  const batches: SuitePicture[][] = [];
  for (let at = 0; at < missing.length; at += respondent.batch) batches.push(missing.slice(at, at + respondent.batch));
  let done = kept;
  let failure: unknown;
  const answer = async (batch: readonly SuitePicture[]): Promise<void> => {
    throwIfInterrupted(signal);
    const pictures = stack(await Promise.all(batch.map((picture) => readPicture(suite, picture))));
    const answers = await respondent.ask(pictures);
    if (answers.length !== batch.length) {
      throw new CfalignError("internal", `${answers.length} answers for ${batch.length} pictures`);
    }
    const said = batch.map(({ sha256 }, place) => [sha256, answers[place] as ArrayLike<number>] as const);
    for (const [sha256, row] of said) rows.set(sha256, row);
    await store?.add(said);
    done += batch.length;
    progress?.(done, all.length);
  };
  // Where one question fails, those under way come to their end: what they bring is kept.
  await inParallel(batches, respondent.parallel, async (batch) => {
    if (failure === undefined) await answer(batch).catch((error) => (failure ??= error));
  });
  if (failure !== undefined) throw failure;
  await store?.clear();
  return { rows, kept };
}

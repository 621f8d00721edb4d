import type { Answers, Question } from "../../label/questions.ts";

/** Asks who serves the page. Errors: an Error with a sentence for the reader. */
export type Ask = <Kind extends Question["ask"]>(question: Extract<Question, { ask: Kind }>) => Promise<Answers[Kind]>;

/** Asks over the network. */
export const askServer: Ask = async (question) => {
  const response = await fetch("ask", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(question),
  }).catch(() => {
    throw new Error("cfalign serve does not answer: is it still running?");
  });
  if (response.ok) return response.json();
  const text = await response.text();
  throw new Error(errorIn(text) ?? text.trim());
};

function errorIn(text: string): string | undefined {
  try {
    return (JSON.parse(text) as { readonly error?: string }).error;
  } catch {
    return undefined;
  }
}

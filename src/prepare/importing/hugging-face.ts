import { z } from "zod";
import { CfalignError } from "../../base/errors.ts";
import { type Finding, found, guessed } from "./finding.ts";

const schema = z.object({
  architectures: z.array(z.string()).nullish(),
  id2label: z.record(z.string(), z.string()).optional(),
  problem_type: z.string().nullish(),
  num_labels: z.number().int().positive().optional(),
});

/**
 * What config.json of transformers says of the outputs: names and head, as its image classification pipeline reads them.
 * anyTask: whatever it says that it is for.
 * Errors: CfalignError("input") for a model that is no image classifier.
 */
export function configFindings(config: unknown, { anyTask = false } = {}): readonly Finding[] {
  const { data } = schema.safeParse(config);
  if (data === undefined) return [];
  const { architectures, id2label, problem_type: problem } = data;
  if (!anyTask && architectures?.length && !architectures.some((name) => /ImageClassification/.test(name))) {
    throw new CfalignError(
      "input",
      `config.json: architectures: expected a model …ForImageClassification, got "${architectures.join('", "')}": export it for the task image-classification`,
      { where: "config.json" },
    );
  }
  const targets = id2label === undefined ? undefined : inOrder(id2label);
  const count = targets?.length ?? data.num_labels;
  return [
    ...(targets === undefined ? [] : [found("targets", targets, "config.json: id2label")]),
    ...activation(problem ?? undefined, count),
  ];
}

/** Keys are numbers as text, in any order; a place without a name means nothing. */
function inOrder(id2label: Readonly<Record<string, string>>): (string | null)[] {
  const size = Math.max(...Object.keys(id2label).map(Number)) + 1;
  if (!Number.isInteger(size) || size > 1e6) {
    throw new CfalignError("input", "config.json: id2label: expected numbers as keys", { where: "config.json" });
  }
  return Array.from({ length: size }, (_, place) => id2label[place] || null);
}

function activation(problem: string | undefined, count: number | undefined): readonly Finding[] {
  const from = "config.json: problem_type";
  if (problem === "multi_label_classification") return [found("output.activation", "sigmoid", from)];
  if (problem === "single_label_classification" && count !== 1) return [found("output.activation", "softmax", from)];
  if (problem === "regression") return [found("output.activation", "none", from)];
  if (count === undefined) return [];
  return [guessed("output.activation", count === 1 ? "sigmoid" : "softmax", "transformers, by the number of labels")];
}

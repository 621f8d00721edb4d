import type { Workspace } from "../../../src/index.ts";
import type { Subject } from "../../subjects.ts";
import type { Split } from "../../world.ts";
import { composedSubjects } from "../composed.ts";
import { trainedSubjects } from "../trained.ts";
import type { Benchmark } from "./recipe.ts";

/** The models of a split, trained and composed. */
export function faceSubjects({ models, recipe }: Benchmark, workspace: Workspace, split: Split): readonly Subject[] {
  const model = "attributes";
  const known = new Set(workspace.models.find(({ name }) => name === model)?.targets);
  const pairs = recipe.pairs.filter((pair) => pair.split === split && known.has(pair.feature));
  const coefficients = recipe.audit.composed;
  return [...trainedSubjects(models, workspace, split), ...composedSubjects(pairs, { workspace, model, coefficients })];
}

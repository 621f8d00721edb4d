import type { MakeEditsOptions } from "./make-edits.ts";

/** Tells the progress of stages whose number is known once the first is over. Sizes: in looks at edited pictures. */
export function stagesOf({
  classifiers,
  signal,
  predictor,
  progress,
}: Pick<MakeEditsOptions, "classifiers" | "predictor"> & {
  readonly signal?: AbortSignal | undefined;
  progress?(done: number, total: number): void;
}): {
  expect(more: number): void;
  next(size: number): MakeEditsOptions;
} {
  let [begun, expected] = [0, 0];
  return {
    expect: (more) => {
      expected = begun + more;
    },
    next: (size) => {
      const before = begun;
      begun += size;
      return {
        ...{ classifiers, signal, predictor },
        tell: (share) => progress?.(Math.round(before + share * size), Math.max(begun, expected)),
      };
    },
  };
}

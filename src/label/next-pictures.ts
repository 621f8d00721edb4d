import type { Mark } from "./label-table.ts";

/** In which order pictures are asked about. */
export const orders = ["unsure", "likely", "random"] as const;
export type Order = (typeof orders)[number];

/** Part of the pictures of a page that are drawn at random, to judge by. */
const judgedShare = 0.3;

/**
 * Which pictures to ask about next: those that the probe is least sure of, or that most likely have the feature; before there is a probe, as they come.
 * Three in ten are of the first `heldOut`, in whose order chance alone has a part. Returns places, those to judge by spread among the others.
 */
export function nextPictures(
  marks: readonly Mark[],
  {
    scores,
    heldOut,
    usable,
    order,
    count,
  }: {
    /** Logits by picture. */
    readonly scores: readonly number[] | undefined;
    readonly heldOut: number;
    readonly usable: (at: number) => boolean;
    readonly order: Order;
    readonly count: number;
  },
): readonly number[] {
  const open = marks.flatMap((mark, at) => (mark === null && usable(at) ? [at] : []));
  const judged = open.filter((at) => at < heldOut);
  const learned = open.filter((at) => at >= heldOut);
  if (scores !== undefined && order !== "random") {
    const rank = (at: number): number => {
      const score = scores[at] as number;
      return order === "unsure" ? Math.abs(score) : -score;
    };
    learned.sort((a, b) => rank(a) - rank(b));
  }
  const share = Math.max(Math.round(judgedShare * count), count - learned.length);
  const [some, others] = [judged.slice(0, share), learned.slice(0, count - Math.min(share, judged.length))];
  return spread(some, others);
}

/** The few evenly among the many. */
function spread(few: readonly number[], many: readonly number[]): readonly number[] {
  const total = few.length + many.length;
  const placed = [
    ...few.map((at, i) => ({ at, place: ((i + 0.5) * total) / few.length })),
    ...many.map((at, i) => ({ at, place: ((i + 0.5) * total) / many.length })),
  ];
  return placed.sort((a, b) => a.place - b.place).map(({ at }) => at);
}

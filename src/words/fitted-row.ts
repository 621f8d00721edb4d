/** Why there is no last layer that can be fitted. */
export const noLayer = {
  sum: "it is a sum of classifiers, which has no last layer of its own",
  predictions: 'its outputs are predictions, not logits (output.activation "none")',
  unread: "its weights cannot be read",
  shape: (node: string, dims: readonly number[]): string =>
    `its last layer (node "${node}") has weights of the shape [${dims.join(", ")}]`,
  zero: (node: string): string => `node "${node}" multiplies by 0`,
  reads: (node: string, dims: readonly number[], width: number): string =>
    `its last layer (node "${node}") reads [${dims.join(", ")}], not ${width} numbers`,
};

/** A last layer that another one cannot be fitted with. node: of the last layer; width: numbers that it reads; enough: from which on it needs no other. */
export function noLayerUnder({
  node,
  width,
  enough,
}: {
  readonly node: string;
  readonly width: number;
  readonly enough: number;
}): string {
  return width > enough
    ? `its last layer (node "${node}") reads ${width} numbers, which are many enough for itself (${enough})`
    : `what its last layer (node "${node}") reads does not all come from one linear layer that reads more numbers`;
}

/** A target that got a sum in place of a row. why: the row cannot be fitted. */
export function sumNote(target: string, why: string | null | undefined): string {
  return `${target} got a sum, as its last layer cannot be fitted: ${why}`;
}

/** Groups with few pictures of a part. */
export function fewInGroups(
  part: string,
  groups: readonly { readonly name: string; readonly count: number }[],
  enough: number,
): string {
  return `fewer than ${enough} ${part} pictures: ${groups.map(({ name, count }) => `${name} (${count})`).join(", ")}`;
}

/** A class that nobody tells. */
export function untoldClass(concept: string): string {
  return `nobody says which pictures are ${concept}: a column "${concept}" of metadata.csv, or a judge of it, would`;
}

/** A feature that nobody tells. */
export function untoldFeature(feature: string): string {
  return `nobody says which pictures have ${feature}`;
}

/** A group that is too small to be fitted to. group: what its pictures are. */
export function smallGroup(size: number, group: string, needed: number): string {
  return `only ${size} fitted pictures are ${group}, and ${needed} are needed: give more of them, or fit to edited pictures too (data pairs)`;
}

/** A class, or what is not of it, that nothing can be chosen by. */
export function noneChosen(concept: string, isClass: boolean): string {
  return `no picture of the second part is ${isClass ? "" : "not "}${concept}`;
}

/** How a row was fitted. */
interface FittedRow {
  /** The target, what it is about, and the features that it should not use. */
  readonly name: string;
  readonly concept: string;
  readonly features: readonly string[];
  /** Regressions, their penalty, and pictures of each group. */
  readonly fits: number;
  readonly penalty: number;
  readonly perGroup: number;
  /** Edited pictures among them. */
  readonly edited: number;
  /** Whether a feature is projected out only where it is there. */
  readonly gated: boolean;
  /** Who tells the class and the features. */
  readonly by: readonly (string | undefined)[];
}

/** What was done to a target by a method. */
export function doneWords(method: string, fitted: FittedRow): string {
  const { name, concept, features, fits, penalty, perGroup, edited, gated } = fitted;
  const list = features.join(", ");
  const first =
    method === "project"
      ? `the signal of ${list} projected out of what the last layer reads${gated ? `, as far as it says that ${list} is there` : ""}, and its`
      : method === "last-two"
        ? "the last two linear layers as one: their"
        : "the last layer's";
  const by = [...new Set(fitted.by)].join(", ");
  const pairs = edited === 0 ? "" : `, ${edited} edited pictures among them`;
  return `${method}: ${first} row of ${name} fitted anew, so that it does not use ${list}: mean of ${fits} logistic regressions (penalty ${penalty}) on ${perGroup} pictures of each group of ${[concept, ...features].join(" × ")}${pairs}, as told by ${by}`;
}

/** Yes or no. */
export type Label = 0 | 1;

/** The group of a picture by its class and the features it has: bit 0 is the class, then a bit a feature. */
export function groupOf(label: Label, features: readonly Label[]): number {
  return features.reduce<number>((group, has, k) => group | (has << (k + 1)), label);
}

/** How many groups there are. */
export function groupCount(features: number): number {
  return 2 ** (features + 1);
}

/** "smiling with eyeglasses", "not smiling without eyeglasses or hat". */
export function groupName(group: number, concept: string, features: readonly string[]): string {
  const has = features.filter((_, k) => (group >> (k + 1)) & 1);
  const lacks = features.filter((_, k) => !((group >> (k + 1)) & 1));
  const parts = [
    (group & 1) === 1 ? concept : `not ${concept}`,
    ...(has.length === 0 ? [] : [`with ${has.join(" and ")}`]),
    ...(lacks.length === 0 ? [] : [`without ${lacks.join(" or ")}`]),
  ];
  return parts.join(" ");
}

/** How many of some pictures are in every group. */
export function groupSizes(groups: readonly number[], count: number): readonly number[] {
  const sizes = new Array<number>(count).fill(0);
  for (const group of groups) sizes[group] = (sizes[group] as number) + 1;
  return sizes;
}

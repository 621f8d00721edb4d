/** What a feature does to a model: the mean change of its prediction when only that feature goes from absent to present. */
export type Effects = ReadonlyMap<string, readonly number[]>;

/** From which |effect| on a cell is a positive, up to which a negative; between it is left out and counted. */
const positiveEffect = 0.1;
export const negativeEffect = 0.03;

/** Whether an effect counts as use of the feature; undefined between the bounds. */
export function sideOf(effect: number): boolean | undefined {
  const size = Math.abs(effect);
  return size >= positiveEffect ? true : size <= negativeEffect ? false : undefined;
}

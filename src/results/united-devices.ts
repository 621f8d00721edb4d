/** What models ran on, by name, in several runs or parts of one together. */
export function unitedDevices(
  all: readonly (Readonly<Record<string, readonly string[]>> | undefined)[],
): Record<string, string[]> {
  const united = new Map<string, Set<string>>();
  for (const [model, devices] of all.flatMap((each) => Object.entries(each ?? {}))) {
    united.set(model, new Set([...(united.get(model) ?? []), ...devices]));
  }
  return Object.fromEntries([...united].map(([model, devices]) => [model, [...devices]]));
}

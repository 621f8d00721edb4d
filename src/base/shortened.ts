/** A name in at most `room` letters: the middle gives way, because names of one family differ at their ends. */
export function shortened(name: string, room: number): string {
  if (name.length <= room) return name;
  const kept = Math.max(4, room) - 1;
  const end = Math.ceil(kept / 2);
  return `${name.slice(0, kept - end)}…${name.slice(-end)}`;
}

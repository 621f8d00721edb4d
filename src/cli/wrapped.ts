/** A line as lines of at most `width` letters, broken between words; those after the first begin with `indent`. A longer word has a line of its own. */
export function wrapped(line: string, width: number, indent = ""): string[] {
  if (line.length <= width) return [line];
  const lines: string[] = [];
  let current = /^ */.exec(line)?.[0] ?? "";
  let empty = true;
  for (const word of line.trim().split(" ")) {
    if (!empty && current.length + 1 + word.length > width) {
      lines.push(current);
      current = indent;
      empty = true;
    }
    current += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, current];
}

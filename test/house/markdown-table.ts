/** A table in Markdown. `numbers`: every column but the first is set to the right. */
export function markdownTable(
  header: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  { numbers = false }: { readonly numbers?: boolean } = {},
): string {
  const rule = header.map((_, column) => (numbers && column > 0 ? "---:" : "---"));
  return [header, rule, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

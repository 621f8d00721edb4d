/** Text as it stands in XML content and attributes; control characters, which XML does not allow, become U+FFFD. */
export function escapeXml(text: string): string {
  const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return Array.from(text, (letter) => {
    const allowed = letter >= " " || letter === "\t" || letter === "\n" || letter === "\r";
    return allowed ? (entities[letter] ?? letter) : "\ufffd";
  }).join("");
}

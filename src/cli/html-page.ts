const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text as it stands in HTML, in attributes too. */
export function escapedHtml(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => entities[letter] as string);
}

/** A page that needs nothing beside it: no script, no file, no address. body: HTML. */
export function htmlPage(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:">
<title>${escapedHtml(title)}</title>
<style>
:root { color-scheme: light dark; --ink: light-dark(#1d1c1a, #f0eee9); --muted: light-dark(#6b6863, #a7a39b); --line: light-dark(#d8d5cf, #45423d); --bad: light-dark(#a3231f, #ff9d94); }
body { font: 15px/1.5 Inter, system-ui, sans-serif; color: var(--ink); max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
td, th { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.failed, .found { color: var(--bad); font-weight: 600; }
.pairs { display: grid; grid-template-columns: repeat(auto-fill, minmax(16rem, 1fr)); gap: 1.5rem; padding: 0; list-style: none; }
figure { margin: 0; } figure div { display: flex; gap: .5rem; } figure span { flex: 1; }
.pairs img { width: 100%; image-rendering: auto; border: 1px solid var(--line); display: block; }
td small, figure small { white-space: nowrap; }
figcaption { margin-top: .3rem; } small, .muted { color: var(--muted); }
svg { max-width: 100%; height: auto; background: #fff; }
</style>
<h1>${escapedHtml(title)}</h1>
${body}
</html>
`;
}

/** A table whose cells are HTML. numbers: columns that stand to the right. */
export function htmlTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  numbers: ReadonlySet<number> = new Set(),
): string {
  const cells = (tag: string, row: readonly string[]): string =>
    row.map((cell, column) => `<${tag}${numbers.has(column) ? ' class="number"' : ""}>${cell}</${tag}>`).join("");
  return `<table><thead><tr>${cells("th", head)}</tr></thead><tbody>${rows.map((row) => `<tr>${cells("td", row)}</tr>`).join("\n")}</tbody></table>`;
}

// Search over the documents of the site, in the page itself: no server, no network.

/** A part of a document below one heading. */
interface Section {
  /** From the site's root. */
  readonly url: string;
  readonly page: string;
  readonly heading: string;
  readonly text: string;
}

const sections: readonly Section[] = (globalThis as unknown as { readonly cfalignSections: readonly Section[] })
  .cfalignSections;
const most = 12;

const field = document.querySelector<HTMLInputElement>("#search");
const list = document.querySelector<HTMLElement>("#found");
const root = document.documentElement.dataset.root ?? "";

/** How well a section answers: every word has to be there, those of its heading count more. */
function score({ page, heading, text }: Section, words: readonly string[]): number {
  const [title, body] = [`${page} ${heading}`.toLowerCase(), text.toLowerCase()];
  if (!words.every((word) => title.includes(word) || body.includes(word))) return 0;
  return words.reduce(
    (sum, word) => sum + (title.includes(word) ? 8 : 0) + Math.min(4, body.split(word).length - 1),
    0,
  );
}

function snippet(text: string, word: string): string {
  const at = Math.max(0, text.toLowerCase().indexOf(word) - 60);
  return `${at > 0 ? "…" : ""}${text.slice(at, at + 160)}…`;
}

function show(): void {
  const words = (field?.value ?? "")
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word.length > 1);
  const found =
    words.length === 0
      ? []
      : sections
          .map((section) => ({ section, score: score(section, words) }))
          .filter((each) => each.score > 0)
          .sort((a, b) => b.score - a.score)
          .slice(0, most);
  list?.replaceChildren(
    ...found.map(({ section }) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = `${root}${section.url}`;
      link.textContent = section.page === section.heading ? section.page : `${section.page}: ${section.heading}`;
      const lines = document.createElement("p");
      lines.textContent = snippet(section.text, words[0] ?? "");
      item.append(link, lines);
      return item;
    }),
    ...(words.length > 0 && found.length === 0
      ? [Object.assign(document.createElement("li"), { textContent: "Nothing found." })]
      : []),
  );
}

field?.addEventListener("input", show);

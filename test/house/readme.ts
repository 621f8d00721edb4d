/** A fenced block of a Markdown file. */
export interface Block {
  readonly language: string;
  readonly code: string;
}

/** All fenced blocks, in order. */
export function blocksOf(markdown: string): Block[] {
  return [...markdown.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = "", code = ""]) => ({
    language,
    code,
  }));
}

/** A link to a file of the repository, or to a heading of one; the path is empty for one of the same file. */
export interface LocalLink {
  readonly path: string;
  readonly heading?: string;
}

/** Relative links, with their headings. */
export function anchoredLinks(markdown: string): LocalLink[] {
  const prose = markdown.replace(/^```[\s\S]*?^```$/gm, "");
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [path = "", heading] = target.split("#");
      return heading === undefined ? { path } : { path, heading };
    });
}

/** Relative link targets, without anchors. */
export function localLinks(markdown: string): string[] {
  return anchoredLinks(markdown).flatMap(({ path }) => (path === "" ? [] : [path]));
}

/** Anchors of all headings, as hosts of Markdown make them. */
export function headingsOf(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, text = ""]) =>
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replaceAll(" ", "-"),
  );
}

import { posix } from "node:path";
import { Marked } from "marked";
import { headingsOf } from "../../test/house/readme.ts";

/** A Markdown document as a page. */
export interface DocumentPage {
  /** Of its first heading. */
  readonly title: string;
  readonly html: string;
  /** Relative links to other files, from the document's own folder. */
  readonly links: readonly string[];
  readonly sections: readonly { readonly heading: string; readonly anchor: string; readonly text: string }[];
}

/** Where a document is in the site: the README is what one sees first. A folder has a page that lists it. */
export function pageOf(path: string): string {
  if (path === "README.md") return "index.html";
  return isFolder(path) ? `${path.replace(/\/$/, "")}/index.html` : path.replace(/\.md$/, ".html");
}

/** Whether a link means a folder: files of the repository have an ending. */
export function isFolder(path: string): boolean {
  return !/\.[a-z0-9]+$/i.test(path) && posix.basename(path) !== "LICENSE";
}

/** A document of the repository as HTML: headings have the anchors that hosts of Markdown give them, links lead to pages. path: from the repository's root. */
export function documentPage(markdown: string, path: string): DocumentPage {
  const links: string[] = [];
  const own = posix.dirname(path);
  const target = (href: string): string => {
    if (/^([a-z]+:|#)/i.test(href)) return href;
    const [to = "", heading] = href.split("#");
    links.push(to);
    const page = pageOf(posix.normalize(posix.join(own, to)));
    return `${posix.relative(own, page) || posix.basename(page)}${heading === undefined ? "" : `#${heading}`}`;
  };
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth, text }) {
        const [anchor = ""] = headingsOf(`# ${text}`);
        return `<h${depth} id="${anchor}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      link({ href, tokens }) {
        return `<a href="${escaped(target(href))}">${this.parser.parseInline(tokens)}</a>`;
      },
      image({ href, text }) {
        return `<img src="${escaped(target(href))}" alt="${escaped(text)}" loading="lazy">`;
      },
    },
  });
  const html = marked.parse(markdown, { async: false });
  return { title: titleOf(markdown, path), html, links, sections: sectionsOf(markdown) };
}

function titleOf(markdown: string, path: string): string {
  return /^# (.+)$/m.exec(markdown)?.[1]?.replace(/[`*]/g, "") ?? posix.basename(path, ".md");
}

/** The text below every heading, without marks, for the search. */
function sectionsOf(markdown: string): DocumentPage["sections"] {
  const fenced = markdown.replace(/^```[\s\S]*?^```$/gm, (block) => block.replace(/^#/gm, " #"));
  return fenced.split(/^(?=#+ )/m).flatMap((part) => {
    const [, heading] = /^#+ (.+)$/m.exec(part) ?? [];
    if (heading === undefined) return [];
    const text = part
      .slice(part.indexOf("\n") + 1)
      .replace(/<!--[\s\S]*?-->/g, "")
      .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
      .replace(/[`*|]/g, "")
      .replace(/:?-{3,}:?/g, "")
      .replace(/\s+/g, " ")
      .trim();
    return [{ heading: heading.replace(/[`*]/g, ""), anchor: headingsOf(`# ${heading}`)[0] ?? "", text }];
  });
}

export function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

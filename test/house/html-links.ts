import { posix } from "node:path";

/** Links of a folder of pages that lead nowhere, as "page: link". html: pages by path; files: paths of all files; anchors of pages are their ids. */
export function brokenLinks(html: ReadonlyMap<string, string>, files: ReadonlySet<string>): string[] {
  const ids = new Map([...html].map(([path, text]) => [path, new Set(idsOf(text))]));
  return [...html].flatMap(([path, text]) =>
    linksOf(text)
      .filter((link) => {
        const [to = "", anchor] = link.split("#");
        const relative = decodeURIComponent(to.replace(/\?.*$/, ""));
        const target = relative === "" ? path : posix.normalize(posix.join(posix.dirname(path), relative));
        const file = target.endsWith("/") ? `${target}index.html` : target;
        if (!files.has(file)) return true;
        // What a page of ours holds after "#" may be its state.
        const known = ids.get(file);
        return anchor !== undefined && anchor !== "" && known !== undefined && !known.has(decodeURIComponent(anchor));
      })
      .map((link) => `${path}: ${link}`),
  );
}

/** Links and sources that are neither absolute nor data. */
function linksOf(html: string): string[] {
  return [...html.matchAll(/\s(?:href|src)="([^"]*)"/g)]
    .map(([, link = ""]) => link.replaceAll("&amp;", "&"))
    .filter((link) => !/^([a-z]+:|\/\/)/i.test(link));
}

function idsOf(html: string): string[] {
  return [...html.matchAll(/\sid="([^"]*)"/g)].map(([, id = ""]) => id);
}

import { expect, test } from "vitest";
import { brokenLinks } from "./html-links.ts";

const pages = new Map([
  [
    "index.html",
    `<a href="docs/a.html#there">a</a><a href="docs/">none</a><img src="docs/x.png"><a href="https://example.org/">far</a>`,
  ],
  [
    "docs/a.html",
    `<h2 id="there">There</h2><a href="#there">here</a><a href="#not">not</a><a href="../index.html">up</a><a href="b.html">b</a>`,
  ],
]);

test("links that lead nowhere are named with their page: to files, and to headings of pages", () => {
  const files = new Set(["index.html", "docs/a.html", "docs/x.png"]);
  expect(brokenLinks(pages, files)).toEqual(["index.html: docs/", "docs/a.html: #not", "docs/a.html: b.html"]);
});

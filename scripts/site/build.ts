// Writes one static site for any host, and for a folder on disk: what cfalign is, the live page with the built-in world, the demo's report, and the documents
// with search. Fails where a link leads nowhere, and where OUT holds something else. Needs npm run build.
// Usage: npm run site -- [OUT=.tmp/site] [--run RUN] (the demo is made where there is no run)
import { spawnSync } from "node:child_process";
import { posix } from "node:path";
import { parseArgs } from "node:util";
import { transform } from "esbuild";
import { platform } from "#platform";
import { siteOf } from "../../src/serve/site.ts";
import { writeSite } from "../../src/serve/write-site.ts";
import { brokenLinks } from "../../test/house/html-links.ts";
import { type DocumentPage, documentPage, escaped, isFolder, pageOf } from "./document.ts";

const { files } = platform;
const { values, positionals } = parseArgs({ allowPositionals: true, options: { run: { type: "string" } } });
const root = files.packageFolder();
const out = positionals[0] ?? files.join(root, ".tmp", "site");
const text = async (path: string): Promise<string> => new TextDecoder().decode(await files.read(path));

/** All documents that links lead to from the README, and the other files that they name. */
async function documentsFrom(start: string) {
  const documents = new Map<string, DocumentPage>();
  const others = new Set<string>();
  const open = [start];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (documents.has(path)) continue;
    const page = documentPage(await text(files.join(root, path)), path);
    documents.set(path, page);
    for (const link of page.links) {
      const target = posix.normalize(posix.join(posix.dirname(path), link));
      if (target.endsWith(".md")) open.push(target);
      else others.add(target);
    }
  }
  return { documents, others };
}

/** The report of a run: of the demo's where none is given. */
async function writeReport(path: string): Promise<void> {
  const cli = files.join(root, "dist", "cli", "main.js");
  const run = values.run ?? files.join(root, ".tmp", "site-demo");
  const call = (...argv: readonly string[]): void => {
    const { status } = spawnSync(process.execPath, [cli, ...argv], { stdio: ["ignore", "ignore", "inherit"] });
    if (status !== 0) throw new Error(`cfalign ${argv.join(" ")} failed`);
  };
  if (!(await files.exists(files.join(run, "run.json")))) call("demo", "--out", run);
  call("report", run, "--out", path);
}

function shell(path: string, { title, html }: Pick<DocumentPage, "title" | "html">): string {
  const up = "../".repeat(path.split("/").length - 1);
  const doors =
    path === "index.html"
      ? `<div class="doors">
<a href="live/index.html"><b>Guess which</b> One face, two classifiers: which of them took a shortcut? Then look for yourself, with pictures and models of your own.</a>
<a href="report.html"><b>A report</b> What an audit of 28 classifiers found, with the pictures behind every number.</a>
<a href="documents.html"><b>The documents</b> How it works, how good it is, and how to use it.</a>
</div>`
      : "";
  return `<!doctype html>
<html lang="en" data-root="${up}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${up}site.css">
</head>
<body>
<nav class="bar"><b><a href="${up}index.html">cfalign</a></b><a href="${up}live/index.html">Live</a><a href="${up}report.html">A report</a><a href="${up}documents.html">Documents</a><input id="search" type="search" placeholder="Search the documents" aria-label="Search the documents"></nav>
<ul id="found" aria-live="polite"></ul>
<main>
${doors}
${html}
</main>
<script src="${up}sections.js"></script>
<script src="${up}search.js"></script>
</body>
</html>
`;
}

async function write(path: string, content: string | Uint8Array): Promise<void> {
  const target = files.join(out, ...path.split("/"));
  await files.makeDirectory(files.dirname(target));
  await files.write(target, content);
}

/** Removes what this wrote before, and nothing else. */
async function makeRoom(): Promise<void> {
  if (!(await files.exists(out))) return;
  const isOwn = await files.exists(files.join(out, "sections.js"));
  if (!isOwn && (!(await files.isDirectory(out)) || (await files.list(out)).length > 0)) {
    throw new Error(`${out}: expected a new or empty folder, or a site that this wrote, found something else`);
  }
  await files.remove(out);
}

await makeRoom();
const { documents, others } = await documentsFrom("README.md");
const pages = new Map([...documents].map(([path, page]) => [pageOf(path), shell(pageOf(path), page)]));
const listed = [...documents].sort(([, a], [, b]) => a.title.localeCompare(b.title));
const items = listed.map(([path, { title }]) => `<li><a href="${pageOf(path)}">${escaped(title)}</a></li>`);
pages.set(
  "documents.html",
  shell("documents.html", { title: "Documents", html: `<h1>Documents</h1><ul>${items.join("\n")}</ul>` }),
);
for (const path of [...others].filter(isFolder)) {
  const names = await files.list(files.join(root, ...path.split("/")));
  const html = `<h1>${escaped(path)}</h1><ul>${names.map((name) => `<li><a href="${escaped(name)}">${escaped(name)}</a></li>`).join("\n")}</ul>`;
  pages.set(pageOf(path), shell(pageOf(path), { title: path, html }));
  for (const name of names) others.add(posix.join(path, name));
}
for (const [path, html] of pages) await write(path, html);
for (const path of [...others].filter((one) => !isFolder(one))) {
  await write(path, await files.read(files.join(root, ...path.split("/"))));
}
const sections = [...documents].flatMap(([path, page]) =>
  page.sections.map(({ heading, anchor, text }) => ({
    url: `${pageOf(path)}#${anchor}`,
    page: page.title,
    heading,
    text,
  })),
);
await write("sections.js", `globalThis.cfalignSections = ${JSON.stringify(sections)};\n`);
const source = await text(files.join(root, "scripts", "site", "search.ts"));
await write("search.js", (await transform(source, { loader: "ts", format: "iife", target: "es2022" })).code);
await write("site.css", await files.read(files.join(root, "scripts", "site", "site.css")));
await writeReport(files.join(out, "report.html"));
const { site } = await siteOf("cartoon-faces", { isolate: true, webgpu: false });
await writeSite(site, files.join(out, "live"));

const written = await files.list(out);
const broken = brokenLinks(pages, new Set(written));
if (broken.length > 0) throw new Error(`links that lead nowhere:\n${broken.join("\n")}`);
console.log(`${out}: ${written.length} files, ${pages.size} pages, every link leads somewhere`);

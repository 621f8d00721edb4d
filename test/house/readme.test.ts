import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { explainOutput } from "../../src/cli/schemas.ts";
import { rectificationSchema } from "../../src/rectify/schema.ts";
import { anchoredLinks, blocksOf, headingsOf, localLinks } from "./readme.ts";
import { type ReadmeFolder, readmeFolder } from "./readme-folder.ts";

const root = join(import.meta.dirname, "../..");
/** Their code runs in this order, in one folder. */
const documents = ["README.md", "docs/library.md"];
const blocks = documents.flatMap((path) => blocksOf(readFileSync(join(root, path), "utf8")));

describe("the code of README.md and docs/library.md", () => {
  let folder = "";
  let run: ReadmeFolder["run"];

  beforeAll(() => {
    ({ path: folder, run } = readmeFolder(root));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }), 120_000);

  // Blocks that install or test the repository itself are what CI does.
  const shell = blocks.filter(({ language, code }) => language === "sh" && !code.startsWith("npm "));

  test("on the command line runs as it stands, in order", { timeout: 500_000 }, () => {
    expect(shell.length).toBeGreaterThan(0);
    const printed = shell.map(({ code }) => run("sh", ["-e", "-c", code])).join("");
    // Figures differ in their last digits from machine to machine.
    const finding = (text: string) => text.replace(/\d+/g, "0");
    const [, quoted = ""] = /^> (.*)$/m.exec(readFileSync(join(root, "README.md"), "utf8")) ?? [];
    expect(quoted).toMatch(/^Without eyeglasses, /);
    expect(finding(printed)).toContain(finding(quoted));
    expect(existsSync(join(folder, "runs/faces/report.html"))).toBe(true);
  });

  test("shows first what its text says: glasses and smile go, and nothing else", () => {
    const found = explainOutput.parse({
      counterfactuals: [
        JSON.parse(readFileSync(join(folder, "explained/face-00000.smiling-eyeglasses-95.json"), "utf8")),
      ],
    });
    const [{ basePrediction, alignment, stopReason }] = found.counterfactuals as [
      (typeof found.counterfactuals)[number],
    ];
    expect(stopReason).toBe("dropped");
    expect(basePrediction.before - basePrediction.after).toBeGreaterThanOrEqual(0.6);
    const fell = alignment.filter(({ before, after }) => before - after > 0.25).map(({ downstream }) => downstream);
    expect(fell.filter((name) => !name.startsWith("smiling"))).toEqual(["eyeglasses"]);
    expect(fell).toContain("smiling");
    const eyeglasses = alignment.find(({ downstream }) => downstream === "eyeglasses");
    expect(eyeglasses?.before).toBeGreaterThan(0.9);
    expect(eyeglasses?.after).toBeLessThan(0.4);
  });

  test("repairs a classifier by its last layer, as its text says", () => {
    const path = join(folder, "runs/repaired/rectification.json");
    const { repairs } = rectificationSchema.parse(JSON.parse(readFileSync(path, "utf8")));
    const [repair] = repairs;
    const judged = repair?.methods[0]?.judged;
    const effect = (looked: typeof judged | (typeof repairs)[number]["before"]) =>
      looked?.effects.find(({ feature }) => feature === "eyeglasses")?.value;
    expect(judged?.verdict, judged?.reason).toBe("repaired");
    expect(effect(repair?.before)).toBeGreaterThan(0.3);
    expect(effect(repair?.before)).toBeLessThan(0.5);
    expect(Math.abs(effect(judged) ?? 1)).toBeLessThan(0.1);
    expect(repair?.before?.figures?.worstGroup?.value).toBeLessThan(0.35);
    expect(judged?.figures?.worstGroup?.value).toBeGreaterThan(0.9);
    expect(existsSync(join(folder, "runs/repaired", repair?.methods[0]?.file ?? "none"))).toBe(true);
  });

  for (const language of ["ts", "js"]) {
    test(`in ${language} runs as it stands`, { timeout: 500_000 }, () => {
      const programs = blocks.filter((block) => block.language === language);
      expect(programs.length).toBeGreaterThan(0);
      for (const [index, { code }] of programs.entries()) {
        const file = join(folder, `readme-${index}.${language}`);
        writeFileSync(file, code);
        expect(run(process.execPath, ["--import", "tsx", file])).not.toBe("");
      }
    });
  }

  test("in JSON is JSON", () => {
    for (const { code } of blocks.filter(({ language }) => language === "json"))
      expect(() => JSON.parse(code)).not.toThrow();
  });
});

describe("documents", () => {
  const inDocs = readdirSync(join(root, "docs")).filter((file) => file.endsWith(".md"));
  for (const file of [
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    ...inDocs.map((name) => `docs/${name}`),
  ]) {
    test(`${file} links to files and headings that exist`, () => {
      const links = anchoredLinks(readFileSync(join(root, file), "utf8"));
      const broken = links.filter(({ path, heading }) => {
        const target = path === "" ? join(root, file) : join(root, dirname(file), path);
        if (!existsSync(target)) return true;
        return (
          heading !== undefined && target.endsWith(".md") && !headingsOf(readFileSync(target, "utf8")).includes(heading)
        );
      });
      expect(broken).toEqual([]);
    });
  }

  test("in docs/ are within two clicks of README.md", () => {
    const linked = (file: string): string[] =>
      localLinks(readFileSync(join(root, file), "utf8"))
        .map((link) => normalize(join(dirname(file), link)))
        .filter((path) => path.endsWith(".md") && existsSync(join(root, path)));
    const first = linked("README.md");
    const reached = new Set([...first, ...first.flatMap(linked)]);
    expect(inDocs.map((name) => `docs/${name}`).filter((path) => !reached.has(path))).toEqual([]);
  });

  test("README.md has at most 1500 words", () => {
    expect(readFileSync(join(root, "README.md"), "utf8").split(/\s+/).length).toBeLessThanOrEqual(1500);
  });

  test("ARCHITECTURE.md names paths that exist", () => {
    const text = readFileSync(join(root, "ARCHITECTURE.md"), "utf8");
    const paths = [...text.matchAll(/`(src\/[\w./-]+)`/g)].map(([, path = ""]) => path);
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

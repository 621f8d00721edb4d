import { execFileSync } from "node:child_process";
import { readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { createNames } from "../../src/models/names.ts";
import type { ClassifierModel } from "../../src/models/types.ts";
import { conceptSet } from "../../src/run/concept-sets.ts";
import { attributes, type Line, lines } from "../models/linear-models.ts";
import { linearWorld } from "../models/linear-world.ts";
import { drawFaces, temporaryFolder } from "../run/small-world.ts";
import { cli } from "./cli.ts";

let faces = "";
beforeAll(async () => {
  faces = join(await temporaryFolder(), "faces");
  await drawFaces(faces, 8);
});

const target = { slope: [1, 1, 0, 0], intercept: 0 };

/** Aligns in a world with one more classifier, whose manifest may be changed before. */
async function aligned(
  {
    name = "odd",
    targets = { odd: target },
    base = "smiling",
  }: { readonly name?: string; readonly targets?: Readonly<Record<string, Line>>; readonly base?: string } = {},
  change: (manifest: string) => Promise<void> = async () => {},
) {
  const world = await linearWorld([attributes, lines(name, targets)]);
  await change(join(dirname(world.path), `${name}.json`));
  const out = join(await temporaryFolder(), "run");
  return { out, ...(await cli("align", faces, "-w", world.path, "--base", base, "--limit", "3", "--out", out)) };
}

describe("a world that means no good", () => {
  test("may name things as a terminal would obey them: it sees them escaped", async () => {
    const name = "odd\u001b[31m";
    const { out, code } = await aligned({ name, targets: { "big\u001b]0;owned\u0007": target }, base: "all" });
    expect(code).toBe(0);
    for (const verb of ["matrix", "find", "check"]) {
      const { stdout, stderr } = await cli(verb, out, ...(verb === "check" ? ["--max", "*->*=0.2"] : []));
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
      expect(`${stdout}${stderr}`).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
      if (verb === "matrix") expect(stdout).toContain("odd\\u001b[31m");
    }
  });

  test.each(["__proto__", "constructor"])("is refused a target called %s", async (odd) => {
    const targets = Object.fromEntries([[odd, target]]);
    const { code, stderr } = await aligned({ targets });
    expect([code, stderr.replace(/^.*odd\.json/, "odd.json")]).toEqual([
      2,
      `odd.json: targets.0: expected another name than those that every object of JavaScript has, such as __proto__: rename it, got "${odd}"\n`,
    ]);
  });

  test("is refused a base of thousands of terms", async () => {
    const base = Array.from({ length: 4000 }, () => "smiling").join(" + ");
    const { code, stderr } = await aligned({ base });
    expect([code, stderr]).toEqual([
      2,
      'cfalign: expression "smiling + smiling + smiling + smiling + …": expected at most 200 terms, got more\n',
    ]);
    expect((await aligned({ base: Array.from({ length: 200 }, () => "smiling").join(" + ") })).code).toBe(0);
  });

  test("is refused JSON that is nested deeper than the stack", async () => {
    const { code, stderr } = await aligned({}, (manifest) =>
      writeFile(manifest, `{"kind":"classifier","name":${"[".repeat(1e5)}${"]".repeat(1e5)}}`),
    );
    expect([code, stderr.replace(/^.*odd\.json/, "odd.json")]).toEqual([
      2,
      "odd.json: name: expected string, got [[…]]\n",
    ]);
  });

  test.runIf(process.platform === "linux").each([
    ["pipe", (path: string) => void execFileSync("mkfifo", [path])],
    ["device", (path: string) => symlink("/dev/zero", path)],
  ])("is refused a %s in the place of a model, and of its manifest", { timeout: 20_000 }, async (_, make) => {
    for (const place of ["model", "manifest"]) {
      const { code, stderr } = await aligned({}, async (manifest) => {
        const odd = join(dirname(manifest), "special");
        await make(odd);
        const described = JSON.parse(await readFile(manifest, "utf8"));
        if (place === "model") return writeFile(manifest, JSON.stringify({ ...described, file: "special" }));
        const workspace = join(dirname(manifest), "cfalign.json");
        const all = JSON.parse(await readFile(workspace, "utf8"));
        await writeFile(workspace, JSON.stringify({ ...all, classifiers: ["special"] }));
      });
      expect([code, stderr.replace(/".*special"/, '"special"')]).toEqual([
        2,
        'cfalign: cannot read "special": expected a file, found a device, pipe or socket\n',
      ]);
    }
  });

  test("may have 100,000 targets, which are named in seconds", { timeout: 30_000 }, async () => {
    const targets = Array.from({ length: 1e5 }, (_, place) => `t${place}`);
    // Names read nothing else of a model.
    const model = (name: string) => ({ name, targets, activation: "sigmoid" }) as unknown as ClassifierModel;
    const models = [model("first"), model("second")];
    const began = performance.now();
    const all = createNames(models).targets(models);
    expect(all.at(-1)?.name).toBe("second/t99999");
    expect(conceptSet(all[0] as (typeof all)[0], all, [])).toHaveLength(1e5);
    expect(performance.now() - began).toBeLessThan(5000);
  });
});

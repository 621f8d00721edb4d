import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { verdictsText } from "../../src/cli/audit-text.ts";
import { auditOutput } from "../../src/cli/schemas.ts";
import { built } from "../built.ts";
import { blocksOf } from "../house/readme.ts";
import { auditWorld, relabel } from "../pipeline/audit-world.ts";
import { type CliResult, cli } from "./cli.ts";
import type { WalkWorldOptions } from "./walk-world.ts";

const argvOf = (folder: string, ...more: readonly string[]): readonly string[] => [
  "audit",
  ...["--classifier", join(folder, "my-model")],
  ...["--images", join(folder, "photos")],
  ...["--out", join(folder, "audit"), "--no-train"],
  ...more,
];

const audit = (folder: string, ...more: readonly string[]): Promise<CliResult> => cli(...argvOf(folder, ...more));

describe("cfalign audit", () => {
  test("ends with a verdict a feature, the report, and a check that passes", async () => {
    const folder = await auditWorld();
    const { code, stdout, stderr } = await audit(folder, "--labels", join(folder, "photos", "metadata.csv"));
    // Nothing but how far it is.
    expect([code, stderr.replace(/^auditing: .*\n/gm, "")]).toEqual([0, ""]);
    const [, sentence = "", again = ""] =
      /^by effects alone.*\nfound {7}(.*)\n\nverdicts\nfound {7}(.*)\n/.exec(stdout) ?? [];
    expect(sentence).toMatch(
      /^Without bar, my-model\/patch falls from .* \(95 % interval 0\.\d+–0\.\d+, it answered on \d+ of \d+ edited images\)\.$/,
    );
    expect(again).toBe(sentence);
    expect(stdout).toContain(`report: ${join(folder, "audit/runs/1/report.html")}\n`);
    const [, line = ""] = /^in CI: {2}cfalign (.*)$/m.exec(stdout) ?? [];
    const words = line.match(/'[^']*'|\S+/g)?.map((word) => word.replace(/^'|'$/g, "")) ?? [];
    expect((await cli(...words)).code).toBe(0);
    const json = await audit(folder, "--json");
    const { verdicts, check, stages } = auditOutput.parse(JSON.parse(json.stdout));
    expect(check).toBe(`cfalign ${line}`);
    expect(verdicts).toMatchObject([{ classifier: "my-model/patch", feature: "bar", state: "found", sentence }]);
    expect(stages.filter(({ reused }) => reused).map(({ stage }) => stage)).toContain("counterfactuals");
  }, 60_000);

  test("says what would tell what it cannot", async () => {
    const folder = await auditWorld();
    // Chance, which nothing reads; and a label of hardly any picture.
    const path = join(folder, "photos", "metadata.csv");
    writeFileSync(path, readFileSync(path, "utf8").replace("file_name,patch,bar", "file_name,patch,bar,luck,rare"));
    relabel(folder, (cells, i) => [...cells, String((i * 7919) % 2), i < 3 ? "1" : "0"]);
    const { verdicts } = auditOutput.parse(JSON.parse((await audit(folder, "--json")).stdout));
    expect(verdicts.map(({ feature, state, remedy }) => [feature, state, remedy])).toEqual([
      ["bar", "found", null],
      ["luck", "unresolved", "more labelled pictures, or labels with fewer mistakes"],
      ["rare", "unresolved", "more pictures of the rarer kind, at least 20"],
    ]);
    expect(verdicts[2]?.sentence).toBe(
      "Whether my-model/patch uses rare cannot be told: 3 pictures have it and 237 lack it.",
    );
  }, 60_000);

  test("says of a table without the classifier's own feature that no effect can be told", async () => {
    const folder = await auditWorld();
    const path = join(folder, "photos", "metadata.csv");
    writeFileSync(path, readFileSync(path, "utf8").replace("file_name,patch,bar", "file_name,square,bar"));
    const { verdicts, choices } = auditOutput.parse(JSON.parse((await audit(folder, "--json")).stdout));
    expect(choices.join("\n")).toContain("no column of the table is about what a classifier says, such as plain");
    expect(new Set(verdicts.map(({ effect }) => effect))).toEqual(new Set([null]));
  }, 60_000);
});

test("a table of nothing but the classifier's own target gives no verdict, and says so", () => {
  expect(verdictsText([], { bold: String, dim: String, width: undefined })).toBe(
    "none: the table has no column of 0 and 1 but those of the classifiers' own targets",
  );
});

test("the one command of the document ends in a verdict where it is typed", async () => {
  const [block] = blocksOf(readFileSync(join(import.meta.dirname, "../../docs/your-models.md"), "utf8"));
  const words = block?.code.trim().split(" ").slice(1) ?? [];
  const folder = await auditWorld({ pictures: 120 });
  const before = process.cwd();
  process.chdir(folder);
  try {
    const { code, stdout } = await cli(...words);
    expect(code).toBe(0);
    expect(stdout).toContain("\nverdicts\nfound ");
    expect(stdout).toContain("while witness/patch goes from");
    expect(stdout).toContain("Witnesses are networks that share nothing with the edits.");
    expect(existsSync("cfalign-audit/runs/1/report.html")).toBe(true);
  } finally {
    process.chdir(before);
  }
}, 240_000);

describe("one line tells, with exit code 2 and nothing lost,", () => {
  const table = (folder: string): string => join(folder, "photos", "metadata.csv");
  const cases: readonly (readonly [string, WalkWorldOptions, (folder: string) => void, RegExp])[] = [
    ["no pictures", { pictures: 0 }, () => {}, /: expected a folder with images, found no files in it$/],
    [
      "twelve pictures",
      { pictures: 12 },
      () => {},
      /: expected at least 50 different pictures, found 12: bring some hundred$/,
    ],
    [
      "one class only",
      { pictures: 60 },
      (folder) => relabel(folder, ([name = ""]) => [name, "1", "0"]),
      /: expected a column of 0 and 1 with at least 20 pictures of either kind, found \(1 and 0\) patch 60 and 0, bar 0 and 60$/,
    ],
    [
      "labels that are all blank",
      { pictures: 60 },
      (folder) => relabel(folder, ([name = ""]) => [name, "", ""]),
      /: expected a column of 0 and 1, found none that is filled: what is blank is not looked at$/,
    ],
    [
      "labels that are words",
      { pictures: 60 },
      (folder) =>
        relabel(folder, ([name = "", ...rest]) => [name, ...rest.map((value) => (value === "1" ? "yes" : "no"))]),
      /: expected a column of 0 and 1, found none: metadata\.csv: not labels, because not numbers: patch, bar$/,
    ],
    [
      "labels that are other numbers",
      { pictures: 60 },
      (folder) => relabel(folder, ([name = ""]) => [name, "3", ""]),
      /with at least 20 pictures of either kind, found \(1 and 0\) patch 0 and 0 and 60 other numbers$/,
    ],
    [
      "a table of other files",
      { pictures: 60 },
      (folder) => relabel(folder, ([name = "", ...rest]) => [`other-${name}`, ...rest]),
      /^cfalign: metadata\.csv: none of its 60 file names is in the folder, such as "other-photo-000\.png"$/,
    ],
    [
      "no table",
      { pictures: 60 },
      (folder) => rmSync(table(folder)),
      /^cfalign: --labels: expected a table of labels, such as ".*metadata\.csv" with file_name and a column of 0 and 1 for each feature, found none$/,
    ],
    [
      "no folder",
      { pictures: 60 },
      (folder) => rmSync(join(folder, "photos"), { recursive: true }),
      /^cfalign: --images: expected a folder of pictures, got ".*photos", which is not there$/,
    ],
    [
      "a classifier that calls everything the same",
      { pictures: 120, logitBias: -40 },
      () => {},
      /^cfalign: my-model: it calls all 64 pictures plain, mostly a sign of wrong preprocessing: hold range, mean, std, order and size in ".*audit\/models\/my-model\/model\.json" against the training code, and run the same command again$/,
    ],
    [
      "a classifier that cannot be differentiated",
      { pictures: 120, undifferentiable: true },
      () => {},
      /^cfalign: my-model: forward only: audited by pairs \(cfalign suite audit\), and no base of cfalign align: .* To do: /,
    ],
  ];
  for (const [what, options, spoil, expected] of cases) {
    test(what, async () => {
      const folder = await auditWorld(options);
      spoil(folder);
      const { code, stdout, stderr } = await audit(folder);
      const lines = stderr.trimEnd().split("\n");
      expect([code, stdout, lines.length]).toEqual([2, "", 1]);
      expect(lines[0]).toMatch(expected);
    });
  }

  test("a table of another folder, and a place among the pictures", async () => {
    const folder = await auditWorld({ pictures: 60 });
    writeFileSync(join(folder, "metadata.csv"), readFileSync(table(folder)));
    const elsewhere = await audit(folder, "--labels", join(folder, "metadata.csv"));
    expect([elsewhere.code, elsewhere.stderr]).toEqual([
      2,
      `cfalign: "${join(folder, "metadata.csv")}": expected a table in the folder of its pictures, "${join(folder, "photos")}", got one of another folder\n`,
    ]);
    const among = await cli(
      ...["audit", "--classifier", join(folder, "my-model"), "--images", join(folder, "photos")],
      ...["--out", join(folder, "photos", "audit")],
    );
    expect([among.code, among.stderr]).toMatchObject([2, expect.stringContaining("lies in the image folder")]);
    expect(existsSync(join(folder, "photos", "audit"))).toBe(false);
  });

  // A file system of 300 kB, in a mount namespace of its own, that is then made larger.
  const canMount = spawnSync("unshare", ["-rm", "true"]).status === 0;
  test.runIf(canMount)(
    "a full disk, and goes on once there is room",
    async () => {
      const folder = await auditWorld({ pictures: 120 });
      mkdirSync(join(folder, "audit"));
      const words = [process.execPath, built("cli/main.js"), ...argvOf(folder)].map((word) => `'${word}'`).join(" ");
      const script = [
        `mount -t tmpfs -o size=300k tmpfs '${folder}/audit'`,
        `${words} >&2; echo $?`,
        `mount -o remount,size=100m '${folder}/audit'`,
        `${words} 2>&1; echo $?`,
      ].join("\n");
      const { stdout, stderr } = spawnSync("unshare", ["-rm", "bash", "-c", script], { encoding: "utf8" });
      expect(stderr.trimEnd().split("\n")).toEqual([
        expect.stringMatching(/^cfalign: cannot write ".*": ENOSPC: no space left on device/),
      ]);
      expect(stdout).toMatch(/^3\n[\s\S]*\nverdicts\nfound {7}Without bar[\s\S]*\n0\n$/);
    },
    60_000,
  );

  test.runIf(canMount)(
    "a disk that is full of what it can do without, and comes to its end",
    async () => {
      const folder = await auditWorld({ pictures: 120 });
      mkdirSync(join(folder, "audit", "edits"), { recursive: true });
      const words = [process.execPath, built("cli/main.js"), ...argvOf(folder)].map((word) => `'${word}'`).join(" ");
      const script = `mount -t tmpfs -o size=4k tmpfs '${folder}/audit/edits'\n${words}`;
      const { status, stdout, stderr } = spawnSync("unshare", ["-rm", "bash", "-c", script], { encoding: "utf8" });
      expect(stderr.replace(/^auditing: .*\n/gm, "")).toMatch(
        /^note: edits are not kept, and another classifier of these pictures makes them anew: cannot write ".*": ENOSPC: no space left on device, write\n$/,
      );
      expect([status, stdout]).toEqual([0, expect.stringContaining("\nverdicts\nfound       Without bar")]);
    },
    60_000,
  );
});

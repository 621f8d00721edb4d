import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openRun } from "../../src/results/open-run.ts";
import { cli } from "../cli/cli.ts";
import { launch } from "../report/chromium.ts";
import { drawFaces, openSmallWorld, runToEnd, smallWorld, temporaryFolder } from "../run/small-world.ts";
import { hosted, openLive, predictionsOn } from "./live-site.ts";

describe("a report that carries its models", { timeout: 240_000 }, () => {
  let browser: Browser;
  let workspace: string;
  let folder: string;
  let run: string;

  beforeAll(async () => {
    workspace = await smallWorld();
    folder = await temporaryFolder();
    run = join(folder, "run");
    await drawFaces(join(folder, "faces"), 40);
    await using small = await openSmallWorld(workspace);
    const options = { workspace: small, bases: ["biased"], out: run, limit: null, keepImages: 3 };
    await runToEnd(join(folder, "faces"), { ...options, direction: "path" });
    browser = await launch();
  }, 240_000);
  afterAll(() => browser?.close());

  test("gives every picture the slider: its link opens the same image and base, with the numbers of the run", async () => {
    const out = join(folder, "public");
    const { code, stderr } = await cli("report", run, "--live", out, "--workspace", workspace);
    expect([code, stderr]).toEqual([0, ""]);
    const host = await hosted(out);
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${host.url}report.html#base=biased&downstream=glasses`);
    const link = page.getByRole("link", { name: "Move the slider yourself" });
    const href = (await link.first().getAttribute("href")) ?? "";
    expect(href).toMatch(/^live\/index\.html#picture=face-\d+\.png&base=biased&direction=path$/);
    await context.close();

    const live = await openLive(browser, `${host.url}${href}`);
    await live.page.waitForSelector(".outcome");
    const image = new URLSearchParams(href.split("#")[1]).get("picture");
    const { changes, counterfactuals } = await openRun(run);
    const own = [...counterfactuals].find((row) => row.image === image && row.base === "biased");
    const rows = await predictionsOn(live.page);
    expect(Math.abs((rows.find(({ name }) => name === "biased")?.before ?? 0) - (own?.before ?? 1))).toBeLessThan(1e-4);
    for (const { downstream, before } of [...changes].filter((row) => row.image === image)) {
      expect(Math.abs((rows.find(({ name }) => name === downstream)?.before ?? 9) - before)).toBeLessThan(1e-4);
    }
    expect(live.errors).toEqual([]);
    host.close();
  });

  test("is refused in one line without its pictures, or beside what is no page", async () => {
    const refused = async (words: string, ...flags: readonly string[]): Promise<void> => {
      const { code, stderr } = await cli(
        "report",
        run,
        "--live",
        join(folder, "other"),
        "--workspace",
        workspace,
        ...flags,
      );
      expect([code, stderr.trim()]).toEqual([2, expect.stringContaining(words)]);
    };
    await refused("--live: it is the page, not a summary", "--format", "markdown");
    await refused("--live: it is the folder that the report goes to: leave --out away", "--out", "x.html");
    const strange = await cli("report", run, "--live", join(folder, "other"), "--workspace", "cartoon-faces");
    expect([strange.code, strange.stderr]).toEqual([2, expect.stringContaining("expected the one that")]);
    await mkdir(join(folder, "other", "live"), { recursive: true });
    await writeFile(join(folder, "other", "live", "thesis.txt"), "mine");
    await refused("--live: expected a new or an empty folder");
    await rm(join(folder, "other"), { recursive: true });
    // A run may be anybody's: what it calls a picture is published only where it is one of its own.
    const { images } = await openRun(run);
    const face = join(folder, "faces", [...images][0]?.image ?? "");
    const bytes = await readFile(face);
    await writeFile(face, "a key");
    await refused("--live: expected the run's pictures where they were, found other content in");
    await writeFile(face, bytes);
    await rm(join(folder, "faces"), { recursive: true });
    await refused("--live: expected the run's pictures where they were");
  });
});

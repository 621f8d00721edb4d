import { cp, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { unzipSync, zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { platform } from "#platform";
import { alignmentMatrix } from "../../src/audit/matrix.ts";
import { beginAudit, type LiveAudit } from "../../src/live/audit.ts";
import type { AuditLook } from "../../src/live/questions.ts";
import type { Workspace } from "../../src/models/workspace.ts";
import { readKept, readSprite } from "../../src/results/kept-pictures.ts";
import { type OpenRun, openRun } from "../../src/results/open-run.ts";
import type { RowList } from "../../src/results/row-list.ts";
import { readThumbnails } from "../../src/results/thumbnail-sheets.ts";
import { isZippedRun, unzipRun } from "../../src/results/zipped-run.ts";
import { size } from "../models/linear-world.ts";
import { drawFaces, openSmallWorld, runToEnd, smallWorld, temporaryFolder } from "../run/small-world.ts";

const bases = ["smiling", "biased"];
const count = 90;
const going = new AbortController().signal;
const nothing = (): void => {};
/** As a file has it: JSON knows no −0. */
const asJson = <T>(value: T): unknown => JSON.parse(JSON.stringify(value));

describe("an audit that one watches", () => {
  let workspace: Workspace;
  let folder: string;
  let pictures: ReadonlyMap<string, Blob>;
  /** The same pictures by align. */
  let aligned: OpenRun;
  let audit: LiveAudit;
  const looks: AuditLook[] = [];

  const begin = (given: ReadonlyMap<string, Blob>, of: readonly string[] = bases): Promise<LiveAudit> =>
    beginAudit(given, { workspace, bases: of, title: "faces", version: "0" });

  /** What was seen as a file of its own in a folder. change: of the files in it. */
  const saved = async (
    name: string,
    change: (files: Record<string, Uint8Array>) => void = nothing,
  ): Promise<string> => {
    const path = join(folder, name);
    const contents = unzipSync(await audit.save());
    change(contents);
    await writeFile(path, zipSync(contents));
    return path;
  };

  beforeAll(async () => {
    workspace = await openSmallWorld(await smallWorld());
    folder = await temporaryFolder();
    const faces = join(folder, "faces");
    await drawFaces(faces, count);
    const names = await platform.files.list(faces);
    pictures = new Map(
      await Promise.all(names.map(async (name) => [name, new Blob([await readFile(join(faces, name))])] as const)),
    );
    const out = join(folder, "aligned");
    await runToEnd(faces, { workspace, bases, out, keepImages: 4, limit: null });
    aligned = await openRun(out);
    audit = await begin(pictures);
    for (;;) {
      const look = await audit.next(nothing, going);
      if (look === undefined) break;
      looks.push(look);
      if (looks.length === 5) break;
    }
  }, 120_000);
  afterAll(async () => {
    await audit.dispose();
    await workspace.dispose();
  });

  test("looks at a part of the pictures after the other, and its intervals narrow", () => {
    expect(looks.map(({ looked }) => looked)).toEqual([16, 32, 48, 64, 80]);
    const widths = looks.map(({ matrix }) => {
      const ci = matrix.cells.find(({ base, downstream }) => base === "biased" && downstream === "glasses")?.ci;
      return ci == null ? Number.POSITIVE_INFINITY : ci[1] - ci[0];
    });
    expect(widths).toEqual(widths.toSorted((a, b) => b - a));
    expect(widths.at(-1)).toBeLessThan(widths[0] as number);
  });

  test("is saved as a run, with the rows of align on the same pictures", async () => {
    const run = await openRun(await unzipRun(await saved("rows.run.zip")));
    const seen = new Set(run.images.map(({ image }) => image));
    const among = <R extends { readonly image: string }>(rows: RowList<R>) =>
      rows.filter(({ image }) => seen.has(image));
    expect(seen.size).toBe(80);
    expect(run.images).toEqual(among(aligned.images));
    expect([...run.predictions]).toEqual(among(aligned.predictions));
    expect(run.counterfactuals).toEqual(among(aligned.counterfactuals));
    expect([...run.changes]).toEqual(among(aligned.changes));
    expect(await audit.save()).toEqual(await audit.save());
  });

  test("goes into one file that opens with what was seen last, and with its pictures", async () => {
    const path = await saved("mine.run.zip");
    expect([await isZippedRun(path), await isZippedRun(join(folder, "aligned", "run.json"))]).toEqual([true, false]);
    const run = await openRun(await unzipRun(path));
    expect(run.path).toBe(join(folder, "mine"));
    expect(run.finished).toBe(true);
    expect(run.file.images).toMatchObject({ folder: "faces", count: 80 });
    expect(asJson(alignmentMatrix(run))).toEqual(asJson(looks.at(-1)?.matrix));
    expect(run.pictures.map(({ base }) => base)).toEqual([...Array(4).fill("smiling"), ...Array(4).fill("biased")]);
    for (const picture of run.pictures) {
      const sprite = await platform.decodeImage(await readSprite(run.path, await readKept(run.path, picture)));
      // The input before the frames.
      expect(sprite.width).toBe((run.file.options.keepFrames + 1) * size.width);
    }
    expect(run.thumbnails).toHaveLength(5);
    const shown = await Promise.all(run.thumbnails.map((file) => readThumbnails(run.path, file)));
    expect(shown.flatMap(({ tiles }) => tiles).filter(({ base }) => base !== null)).toHaveLength(
      run.counterfactuals.length,
    );
  });

  test("is unzipped once, and beside no other run", async () => {
    const path = await saved("twice.run.zip");
    const out = await unzipRun(path);
    await writeFile(join(out, "marks.json"), "[]");
    expect(await unzipRun(path)).toBe(out);
    expect(await readFile(join(out, "marks.json"), "utf8")).toBe("[]");
    await cp(join(folder, "aligned"), join(folder, "other"), { recursive: true });
    await saved("other.run.zip");
    await expect(unzipRun(join(folder, "other.run.zip"))).rejects.toThrow(
      `"${join(folder, "other")}" holds another run than "${join(folder, "other.run.zip")}": move it, or rename the file`,
    );
  });

  test("refuses a file that writes elsewhere, lacks a part, or is damaged", async () => {
    const refused = async (change: (files: Record<string, Uint8Array>) => void, reason: RegExp): Promise<void> => {
      const path = await saved("bad.run.zip", change);
      const error = await unzipRun(path).catch((thrown) => thrown);
      expect(error).toMatchObject({ code: "input", message: expect.stringMatching(reason) });
      expect(error.message.startsWith(`${path}: `) && error.message.endsWith(": save the run again")).toBe(true);
      expect((await readdir(folder)).filter((name) => name.startsWith("bad"))).toEqual(["bad.run.zip"]);
    };
    const without = (start: string) => (files: Record<string, Uint8Array>) => {
      for (const name of Object.keys(files)) if (name.startsWith(start)) delete files[name];
    };
    const more = (name: string) => (files: Record<string, Uint8Array>) => {
      files[name] = new Uint8Array(3);
    };
    await refused(more("../elsewhere.json"), /found "\.\.\/elsewhere\.json"/);
    await refused(more("pictures/../../elsewhere.json"), /expected the files of a run/);
    await refused(more("run.js"), /found "run\.js"/);
    await refused(without("pictures/"), /the picture "pictures\/.*" is missing/);
    await refused(without("listing.parquet"), /expected the run's list of images/);
    await refused(without("chunks/1of1-00001"), /chunk 1 .* is not there any more/);
    await refused(without("changes/"), /expected \d+ bytes, found no file/);
    await refused((files) => {
      const bytes = files["changes/1of1-00000.parquet"] as Uint8Array;
      bytes[200] = (bytes[200] as number) ^ 1;
    }, /the file is damaged/);
    const bomb = join(folder, "bomb.zip");
    await writeFile(bomb, zipSync({ "pictures/zeros.json": new Uint8Array(2e7) }, { level: 9 }));
    await expect(unzipRun(bomb)).rejects.toThrow(
      `${bomb}: expected files of at most 100 times its own size, found larger ones: save the run again`,
    );
    const path = join(folder, "cut.zip");
    await writeFile(path, (await readFile(await saved("whole.zip"))).subarray(0, 900));
    await expect(unzipRun(path)).rejects.toMatchObject({ code: "input" });
  });

  test("stops at once, and keeps what was seen", async () => {
    const stopped = await begin(pictures);
    await expect(stopped.save()).rejects.toThrow("nothing was looked at yet");
    await stopped.next(nothing, going);
    await expect(stopped.next(nothing, AbortSignal.abort())).rejects.toMatchObject({ code: "interrupted" });
    const path = join(folder, "stopped.run.zip");
    await writeFile(path, await stopped.save());
    expect((await openRun(await unzipRun(path))).images).toHaveLength(16);
    expect((await stopped.next(nothing, going))?.looked).toBe(32);
    await stopped.dispose();
  });

  test("says what it cannot begin with", async () => {
    const few = new Map([...pictures].slice(0, 19));
    await expect(begin(few)).rejects.toThrow("pictures: expected 20 to 200, got 19");
    await expect(begin(pictures, ["smilling"])).rejects.toThrow('unknown target "smilling"');
    await expect(begin(pictures, [])).rejects.toThrow("expected at least one classifier, got none");
  });
});

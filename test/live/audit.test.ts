import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { platform } from "#platform";
import { alignmentMatrix } from "../../src/audit/matrix.ts";
import { beginAudit, type LiveAudit } from "../../src/live/audit.ts";
import type { AuditLook } from "../../src/live/questions.ts";
import type { Workspace } from "../../src/models/workspace.ts";
import { readKept, readSprite } from "../../src/results/kept-pictures.ts";
import { type OpenRun, openRun } from "../../src/results/open-run.ts";
import { isPackedRun, type PackedRun } from "../../src/results/packed-run.ts";
import type { RowList } from "../../src/results/row-list.ts";
import { readThumbnails } from "../../src/results/thumbnail-sheets.ts";
import { unpackRun } from "../../src/results/unpack-run.ts";
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

  /** A packed run as a file of its own in a folder. */
  const saved = async (name: string, packed: unknown): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, JSON.stringify(packed));
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
    await runToEnd(faces, { workspace, bases, out, keepImages: 4, limit: null, nullDraws: 1 });
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
    await rm(folder, { recursive: true, force: true });
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

  test("has the rows of align on the same pictures", async () => {
    const { chunks } = await audit.pack();
    const own = <T>(of: (rows: PackedRun["chunks"][number]["rows"]) => readonly T[]) =>
      chunks.flatMap(({ rows }) => of(rows));
    const seen = new Set(own(({ images }) => images).map(({ image }) => image));
    const among = <R extends { readonly image: string }>(rows: RowList<R>) =>
      rows.filter(({ image }) => seen.has(image));
    expect(own(({ images }) => images)).toEqual(among(aligned.images));
    expect(own(({ predictions }) => predictions)).toEqual(among(aligned.predictions));
    expect(own(({ counterfactuals }) => counterfactuals)).toEqual(among(aligned.counterfactuals));
    expect(asJson(own(({ changes }) => changes))).toEqual(asJson(among(aligned.changes)));
  });

  test("packs into a run that opens with what was seen last, and with its pictures", async () => {
    const path = await saved("mine.run.json", await audit.pack());
    expect(await isPackedRun(path)).toBe(true);
    const run = await openRun(await unpackRun(path));
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

  test("is unpacked once, and beside no other run", async () => {
    const packed = await audit.pack();
    const path = await saved("twice.run.json", packed);
    const out = await unpackRun(path);
    await writeFile(join(out, "marks.json"), "[]");
    expect(await unpackRun(path)).toBe(out);
    expect(await readFile(join(out, "marks.json"), "utf8")).toBe("[]");
    await saved("twice.run.json", { ...packed, run: { ...packed.run, startedAt: "2020-01-01T00:00:00.000Z" } });
    await expect(unpackRun(path)).rejects.toThrow(
      `"${out}" holds another run than "${path}": move it, or rename the file`,
    );
  });

  test("refuses a file that writes elsewhere, or lacks a part", async () => {
    const packed = await audit.pack();
    const refused = async (change: Partial<Record<keyof PackedRun, unknown>>): Promise<void> => {
      const path = await saved("bad.run.json", { ...packed, ...change });
      await expect(unpackRun(path)).rejects.toMatchObject({ code: "input" });
      expect(await platform.files.exists(join(folder, "bad"))).toBe(false);
    };
    await refused({ files: { ...packed.files, "../elsewhere.json": "e30=" } });
    await refused({ files: {} });
    await refused({ listing: packed.listing.slice(1) });
    await refused({ chunks: packed.chunks.slice(1) });
    await refused({ chunks: [{ ...packed.chunks[0], rows: {} }] });
    expect(await platform.files.exists(join(folder, "..", "elsewhere.json"))).toBe(false);
  });

  test("stops at once, and keeps what was seen", async () => {
    const stopped = await begin(pictures);
    await expect(stopped.pack()).rejects.toThrow("nothing was looked at yet");
    await stopped.next(nothing, going);
    await expect(stopped.next(nothing, AbortSignal.abort())).rejects.toMatchObject({ code: "interrupted" });
    expect((await stopped.pack()).listing).toHaveLength(16);
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

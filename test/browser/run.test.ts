import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { platform } from "#platform";
import { alignmentMatrix } from "../../src/audit/matrix.ts";
import { wholeRun } from "../../src/results/chunks.ts";
import { commitChunk } from "../../src/results/commit-chunk.ts";
import { listingHash } from "../../src/results/listing-hash.ts";
import { listingFile, openRun } from "../../src/results/open-run.ts";
import { writePart } from "../../src/results/parts.ts";
import { writeRunFile } from "../../src/results/run-file.ts";
import { prepareFolders } from "../../src/results/run-folder.ts";
import { exampleRun } from "../audit/example-run.ts";
import { connect } from "../report/chromium.ts";
import { runFile } from "../results/run-file.ts";
import { BrowserPage, bundle, PATIENCE_MS } from "./page.ts";
import type * as entry from "./run-entry.ts";

const { bases, downstream, images, predictions, counterfactuals, changes } = exampleRun({ count: 60 });

describe("a run that Node wrote, in Chromium", { timeout: PATIENCE_MS }, () => {
  let folder = "";
  let names: readonly string[] = [];
  let opened: BrowserPage;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "cfalign-run-"));
    await prepareFolders(folder);
    const listing = images.map(({ image, sha256, position, labels }) => ({ image, sha256, position, labels }));
    await writePart(join(folder, listingFile), "listing", listing);
    await commitChunk(
      { out: folder, shard: wholeRun },
      {
        ...{ images, counterfactuals, products: [], saliency: [] },
        ...{ predictions: [...predictions], changes: [...changes] },
      },
      { chunk: 0, bases: {}, pictures: [] },
    );
    await writeRunFile(folder, {
      ...{ ...runFile, finishedAt: runFile.startedAt, chunks: 1, bases: [...bases], downstream: [...downstream] },
      concepts: Object.fromEntries(downstream.map((name) => [name, name])),
      images: { ...runFile.images, count: images.length, hash: await listingHash(listing) },
    });
    names = await platform.files.list(folder);
    const files = names.map(async (name) => [`/run/${name}`, await readFile(join(folder, name))] as const);
    const { code } = await bundle("test/browser/run-entry.ts");
    opened = await BrowserPage.open(
      code,
      await connect(inject("browser")),
      Object.fromEntries(await Promise.all(files)),
    );
  }, 2 * PATIENCE_MS);
  afterAll(async () => {
    await opened?.close();
    await rm(folder, { recursive: true, force: true });
  });

  test("opens with the same matrix, and is refused where a bit of it is another", async () => {
    const own = await openRun(folder);
    const found = await opened.page.evaluate(async (names) => {
      const { alignmentMatrix, openRun, temporaryFolder } = (globalThis as unknown as { cfalign: typeof entry })
        .cfalign;
      const read = async (name: string) => (await fetch(`/run/${name}`)).blob();
      const contents = new Map<string, Blob>();
      for (const name of names) contents.set(name, await read(name));
      const run = await openRun((await temporaryFolder(contents)).path);
      const changes = new Uint8Array(await (contents.get("changes/1of1-00000.parquet") as Blob).arrayBuffer());
      changes[300] = (changes[300] as number) ^ 1;
      contents.set("changes/1of1-00000.parquet", new Blob([changes]));
      const refused = await openRun((await temporaryFolder(contents)).path).catch((error: Error) => error.message);
      return { matrix: alignmentMatrix(run), rows: [...run.changes], refused };
    }, names);
    expect(found.rows).toEqual([...own.changes]);
    expect(found.matrix).toEqual(alignmentMatrix(own));
    expect(found.refused).toMatch(/changes\/1of1-00000\.parquet: the file is damaged/);
  });
});

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { askedLabels } from "../../src/pipeline/asked-labels.ts";
import { auditCast } from "../../src/pipeline/audited-run.ts";
import { drawFaces, openSmallWorld, smallWorld, temporaryFolder } from "../run/small-world.ts";

const names = (classifiers: readonly { readonly name: string }[]): string[] => classifiers.map(({ name }) => name);

test("targets that a column is about are audited, and a judge watches what no probe reads", async () => {
  const faces = join(await temporaryFolder(), "faces");
  await drawFaces(faces, 120);
  const table = join(faces, "metadata.csv");
  const { signal } = new AbortController();
  const lines = readFileSync(table, "utf8").trimEnd().split("\n");
  writeFileSync(table, lines.map((line, i) => `${line},${i === 0 ? "glasses" : i % 2}`).join("\n"));
  await using workspace = await openSmallWorld(await smallWorld());
  const labels = await askedLabels(faces, { labels: undefined }, signal);
  const { bases, downstream, notes } = await auditCast(faces, { workspace, labels, signal });
  expect(names(bases)).toEqual(["smiling", "glasses", "biased"]);
  expect(names(downstream)).toEqual(["smiling", "glasses", "biased", "judge/smiling", "judge/glasses"]);
  expect(notes).toEqual(["not audited, since no column of the table is about them: rare, red, green, blue"]);
});

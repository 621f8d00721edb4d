import { checkedOptions } from "../../src/options/option.ts";
import { runOptionTable } from "../../src/options/run.ts";
import type { RunFile } from "../../src/results/run-file.ts";

/** A run.json of three images. */
export const runFile: RunFile = {
  format: "cfalign-run",
  formatVersion: 2,
  versions: { cfalign: "0.1.0", node: "20.20.0" },
  startedAt: "2026-01-01T00:00:00.000Z",
  finishedAt: null,
  shard: { index: 1, count: 1 },
  autoencoder: { name: "faces", hash: "a".repeat(64) },
  models: [{ name: "attributes", hash: "b".repeat(64) }],
  bases: ["smiling"],
  downstream: ["smiling", "young"],
  judges: [],
  concepts: { smiling: "smiling", young: "young" },
  softmaxGroups: {},
  ranges: {},
  positives: {},
  options: checkedOptions(runOptionTable, { maxShift: 1, limit: 60 }),
  compute: { batch: null, threads: null },
  images: { folder: "faces", count: 3, hash: "c".repeat(64), labels: [] },
  latentScale: 10,
};

import { describe, expect, test } from "vitest";
import { openWorld } from "../../../bench/worlds/worlds.ts";

describe("the worlds of faces", () => {
  test("differ in their autoencoder alone: the same models in the same order, the same features and pictures", async () => {
    const options = { split: "test", seed: 1, threads: 1 } as const;
    const worlds = [await openWorld("cartoon-faces", options), await openWorld("cartoon-faces-plain", options)];
    try {
      const [arranged, plain] = worlds.map(({ workspace, subjects, features, identity }) => ({
        subjects: subjects.map(({ classifier, ...subject }) => ({ ...subject, name: classifier.name })),
        features: features.map(({ name }) => name),
        hashes: [...workspace.models, ...workspace.judgeModels].map(({ hash }) => hash),
        identity,
      }));
      expect(plain).toEqual(arranged);
      const [first, second] = worlds.map(({ workspace }) => workspace.autoencoder);
      expect(second?.hash).not.toBe(first?.hash);
      expect(second?.latentDims).toEqual(first?.latentDims);
    } finally {
      for (const { workspace } of worlds) await workspace.dispose();
    }
  });
});

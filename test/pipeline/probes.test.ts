import { expect, test } from "vitest";
import { probesStage } from "../../src/pipeline/probes.ts";

test.each([
  ["a table", null, ["concepts-2"]],
  ["words", { text: "words.txt", clip: "clip" }, ["named"]],
] as const)("probes of %s are others where an audited model has their name", async (_, words, like) => {
  const workspace = { path: "w.json", autoencoder: { hash: "a" }, models: [{ name: "concepts-2" }, { name: "named" }] };
  const records = {
    find: async (_stage: string, from: unknown) => {
      throw new Error(JSON.stringify(from));
    },
  };
  const made = probesStage({ workspace, labels: { words, hash: "l" }, records } as never, {} as never);
  await expect(made).rejects.toThrow(JSON.stringify({ labels: "l", latent: "a", like }));
});

import { describe, expect, test } from "vitest";
import { provenanceOf, reportModels } from "../../src/report/models.ts";
import type { RunFile } from "../../src/results/run-file.ts";
import { runFile } from "../results/run-file.ts";

const kinds = (models: RunFile["models"], judges: readonly string[]) =>
  reportModels({ autoencoder: { name: "faces", hash: "0" }, models, judges } as unknown as RunFile).map(
    ({ kind, name }) => `${kind} ${name}`,
  );

describe("the models of a report", () => {
  test("have the roles that the run wrote down, whatever their names", () => {
    const models = [
      { name: "attributes", hash: "1", judge: false },
      { name: "other", hash: "2", judge: true },
    ];
    // A judge's target that no other model has goes by its bare name.
    expect(kinds(models, ["hat"])).toEqual(["autoencoder faces", "classifier attributes", "judge other"]);
  });

  test("are told by the full names of the judges where an older run says nothing", () => {
    const models = ["attributes", "attributes-b", "it's"].map((name) => ({ name, hash: "1" }));
    expect(kinds(models, ["attributes-b/smiling", "'it''s'/hat"])).toEqual([
      "autoencoder faces",
      "classifier attributes",
      "judge attributes-b",
      "judge it's",
    ]);
  });
});

describe("the device of a run", () => {
  test.each<[Partial<RunFile["compute"]>, string]>([
    [{}, "cpu"],
    [{ device: "webgpu", devices: { faces: ["webgpu"], attributes: ["webgpu"] } }, "webgpu"],
    [
      { device: "webgpu", devices: { faces: ["webgpu"], attributes: ["cpu"], young: ["webgpu", "cpu"] } },
      "webgpu (attributes on cpu, young on webgpu and cpu)",
    ],
  ])("of %j is told as %s", (compute, said) => {
    expect(provenanceOf({ ...runFile, compute: { ...runFile.compute, ...compute } }).device).toBe(said);
  });
});

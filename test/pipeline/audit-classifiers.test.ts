import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { platform } from "#platform";
import { checkRun } from "../../src/audit/compare/check.ts";
import { CfalignError } from "../../src/base/errors.ts";
import { GraphBuilder, int } from "../../src/onnx/build.ts";
import { writeModel } from "../../src/onnx/write.ts";
import { type AuditOptions, type AuditOutcome, auditClassifiers } from "../../src/pipeline/audit-classifiers.ts";
import type { StageName } from "../../src/pipeline/pace.ts";
import { stageNames } from "../../src/pipeline/pace.ts";
import type { AuditVerdict } from "../../src/pipeline/verdicts.ts";
import type { WitnessTrainer } from "../../src/pipeline/witnesses.ts";
import { openRun } from "../../src/results/open-run.ts";
import { trainWitness } from "../../src/training/train-witness.ts";
import { auditWorld, effectOfBar, filesBelow } from "./audit-world.ts";

let folder = "";
let outcome: AuditOutcome;
const first: AuditVerdict[] = [];
const shares: number[] = [];
let given: readonly string[] = [];

const auditOf = (place: string, more: Partial<AuditOptions> = {}): Promise<AuditOutcome> =>
  auditClassifiers({
    classifiers: [join(place, "my-model")],
    images: join(place, "photos"),
    out: join(place, "audit"),
    workers: 1,
    now: () => performance.now(),
    ...more,
  });

const stagesOf = ({ stages }: AuditOutcome, reused: boolean): readonly StageName[] =>
  stages.filter((stage) => stage.reused === reused).map(({ stage }) => stage);

beforeAll(async () => {
  folder = await auditWorld();
  given = filesBelow(join(folder, "my-model"));
  outcome = await auditOf(folder, {
    first: (verdicts) => first.push(...verdicts),
    progress: ({ share }) => shares.push(share),
  });
}, 120_000);

describe("one call from a classifier, pictures and labels", () => {
  test("finds what the classifier uses beside its own feature, as far as it uses it", () => {
    expect(outcome.verdicts.map(({ classifier, feature, state }) => [classifier, feature, state])).toEqual([
      ["my-model/patch", "bar", "found"],
    ]);
    const { ci } = outcome.verdicts[0] as AuditVerdict;
    expect(ci?.[0]).toBeLessThan(effectOfBar());
    expect(ci?.[1]).toBeGreaterThan(effectOfBar());
  });

  test("tells what effects say before classifiers are lowered", () => {
    expect(first).toMatchObject([{ feature: "bar", state: "found", effect: outcome.verdicts[0]?.effect }]);
  });

  test("has one progress that only grows", () => {
    expect(shares.length).toBeGreaterThan(20);
    expect(shares.slice(1).filter((share, i) => share < (shares[i] as number) - 0.25)).toEqual([]);
    expect(shares.at(-1)).toBeGreaterThan(0.9);
  });

  test("writes nothing into the folder of the model", () => {
    expect(filesBelow(join(folder, "my-model"))).toEqual(given);
  });

  test("says in what counterfactuals move, by what features were moved, and who was not audited", () => {
    const said = outcome.choices.join("\n");
    expect(said).toContain("a basis of your own pictures, since no autoencoder was given");
    expect(said).toContain("Witnesses saw 1 of 1 feature go and come");
    expect(said).toContain("All witnesses are probes");
    expect(said).toContain("not audited, since no column of the table is about them: plain");
  });

  test("has bounds that today's run keeps, and that a larger effect breaks", async () => {
    const run = await openRun(outcome.run);
    expect(outcome.bounds).toHaveLength(1);
    expect(checkRun(run, outcome.bounds).checks.map(({ verdict }) => verdict)).toEqual(["passed"]);
    const stricter = outcome.bounds.map((bound) => bound.replace(/=.*/, "=0.1"));
    expect(checkRun(run, stricter).checks.map(({ verdict }) => verdict)).toEqual(["failed"]);
  });

  test("again has nothing to compute, and says the same", async () => {
    const again = await auditOf(folder);
    expect(stagesOf(again, true)).toEqual(["basis", "preflight", "probes", "interventions", "counterfactuals"]);
    expect(again).toEqual({ ...outcome, stages: again.stages });
  });

  test("of another classifier finds basis and probes", async () => {
    cpSync(join(folder, "my-model"), join(folder, "other"), { recursive: true });
    const other = await auditOf(folder, { classifiers: [join(folder, "other")] });
    expect(stagesOf(other, true)).toEqual(["basis", "probes"]);
    expect(other.verdicts.map(({ classifier, state }) => [classifier, state])).toEqual([["other/patch", "found"]]);
    expect(other.run).not.toBe(outcome.run);
  });

  test("of another classifier comes to the interventions of a fresh audit, to the bit", async () => {
    const fresh = await auditOf(folder, { classifiers: [join(folder, "other")], out: join(folder, "fresh") });
    const other = await auditOf(folder, { classifiers: [join(folder, "other")] });
    const [mine, theirs] = await Promise.all([openRun(other.run), openRun(fresh.run)]);
    expect(mine.interventions?.length).toBeGreaterThan(40);
    expect(mine.interventions).toEqual(theirs.interventions);
    expect(other.verdicts).toEqual(fresh.verdicts);
  });

  test("makes anew what was deleted", async () => {
    const basis = filesBelow(join(folder, "audit", "models")).filter((file) => file.includes("-flat-"));
    for (const file of basis) await platform.files.remove(file);
    const again = await auditOf(folder);
    expect(stagesOf(again, false)).toContain("basis");
    expect(again.verdicts).toEqual(outcome.verdicts);
  });
});

describe("a trainer of witnesses", () => {
  /** Two logits by the means of the whole picture's halves: not what a network would learn, and nothing that edits pictures. */
  const train: WitnessTrainer = async (table, { name, out, progress }) => {
    expect(table.endsWith("metadata.csv")).toBe(true);
    const b = new GraphBuilder("", ["x"]);
    const flat = b.add("Flatten", ["x"], { axis: int(1) });
    const weights = new Array<number>(3 * 32 * 32 * 2).fill(0);
    for (let c = 0; c < 3; c++) {
      for (let y = 0; y < 32; y++) {
        for (let x = 0; x < 32; x++) {
          const at = 2 * ((c * 32 + y) * 32 + x);
          const patch = x >= 12 && x < 20 && y >= 12 && y < 20;
          if (patch) weights[at] = 40 / (3 * 64);
          if (y >= 28) weights[at + 1] = 40 / (3 * 128);
        }
      }
    }
    const y = b.add("Add", [b.add("MatMul", [flat, b.float(weights, [3072, 2])]), b.float([-20, -20])]);
    const graph = b.graph(
      "witness",
      [{ name: "x", type: "float32", dims: ["n", 3, 32, 32] }],
      [{ name: y, type: "float32", dims: ["n", 2] }],
    );
    await platform.files.makeDirectory(out);
    writeFileSync(join(out, "model.onnx"), writeModel(graph));
    const manifest = join(out, "model.json");
    const input = { width: 32, height: 32 };
    const targets = ["patch", "bar"];
    writeFileSync(
      manifest,
      JSON.stringify({
        kind: "classifier",
        name,
        file: "model.onnx",
        input,
        output: { activation: "sigmoid" },
        targets,
      }),
    );
    progress({ stage: "training", done: 1, total: 1 });
    return { manifest, readings: [], interrupted: false };
  };

  test("gives the judges that tell what went, once for all classifiers", async () => {
    const told = await auditOf(folder, { train });
    expect(stagesOf(told, false)).toContain("witnesses");
    const { interventions = [] } = await openRun(told.run);
    expect(new Set(interventions.map(({ witness }) => witness))).toEqual(new Set(["witness/patch", "witness/bar"]));
    expect(told.choices.join("\n")).toContain("Witnesses are networks that share nothing with the edits.");
    expect(told.verdicts).toMatchObject([{ feature: "bar", state: "found" }]);
    expect(stagesOf(await auditOf(folder, { train, classifiers: [join(folder, "other")] }), true)).toContain(
      "witnesses",
    );
  });

  test("gives the witness another name where a classifier is called witness", async () => {
    cpSync(join(folder, "my-model"), join(folder, "witness"), { recursive: true });
    const { run, verdicts } = await auditOf(folder, { train, classifiers: [join(folder, "witness")] });
    expect((await openRun(run)).judges).toEqual(["witness-2/patch", "witness-2/bar"]);
    expect(verdicts).toMatchObject([{ classifier: "witness/patch", feature: "bar", state: "found" }]);
  });
});

describe("an audit that is interrupted", () => {
  test.each(stageNames)(
    "at %s goes on, and comes to the same",
    async (stage) => {
      const place = await auditWorld({ pictures: 120 });
      const controller = new AbortController();
      const out = join(place, "audit");
      const stopped = await auditOf(place, {
        ...(stage === "witnesses" ? { train: trainWitness } : {}),
        signal: controller.signal,
        progress: (at) => {
          if (at.stage === stage) controller.abort();
        },
      }).catch((error: unknown) => error);
      expect(stopped).toBeInstanceOf(CfalignError);
      const { code, message } = stopped as CfalignError;
      expect([code, message]).toEqual(["interrupted", `interrupted: run the same command again to go on in "${out}"`]);
      const done = await auditOf(place);
      expect(done.verdicts.map(({ feature, state }) => [feature, state])).toEqual([["bar", "found"]]);
    },
    60_000,
  );
});

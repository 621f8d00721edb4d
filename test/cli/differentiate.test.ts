import { existsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { differentiateOutput, errorOutput, inspectOutput } from "../../src/cli/schemas.ts";
import { GraphBuilder } from "../../src/onnx/build.ts";
import { writeModel } from "../../src/onnx/write.ts";
import { temporaryFolder } from "../run/small-world.ts";
import { cli } from "./cli.ts";

/** y = σ(x·W), x [n, 2] → y [n, 3]; and a random draw that has no gradient, behind two steps. */
async function models(): Promise<{ folder: string; model: string; manifest: string; stuck: string }> {
  const folder = await temporaryFolder();
  const info = (name: string, ...dims: (number | string)[]) => ({ name, type: "float32" as const, dims });
  const b = new GraphBuilder();
  const y = b.add("Sigmoid", [b.add("MatMul", ["x", b.float([1, 2, 3, 4, 5, 6], [2, 3])])]);
  const model = join(folder, "model.onnx");
  writeFileSync(model, writeModel(b.graph("m", [info("x", "n", 2)], [info(y, "n", 3)])));
  const manifest = join(folder, "model.json");
  writeFileSync(manifest, JSON.stringify({ file: "model.onnx", targets: ["young", "smiling", "male"] }));
  const d = new GraphBuilder();
  const draw = d.add("Bernoulli", [d.add("Exp", [d.add("Neg", ["x"])])]);
  const stuck = join(folder, "stuck.onnx");
  writeFileSync(stuck, writeModel(d.graph("d", [info("x", "n", 2, 2)], [info(draw, "n", 2, 2)])));
  return { folder, model, manifest, stuck };
}

describe("differentiate", { timeout: 120_000 }, () => {
  test("says what the file takes and gives, as text and as JSON", async () => {
    const { folder, model } = await models();
    const out = join(folder, "grad.onnx");
    const text = await cli("differentiate", model, "--out", out, "--batch", "2");
    expect([text.code, text.stderr]).toEqual([0, ""]);
    expect(text.stdout).toMatch(
      /^.*grad\.onnx: 0\.00 MB\n {2}input +x +\[2, 2\]\n {2}input +ct:Sigmoid_\d +\[2, 3\]\n/,
    );
    const { stdout } = await cli("differentiate", model, "--out", out, "--json");
    const found = differentiateOutput.parse(JSON.parse(stdout));
    expect(found).toMatchObject({
      path: out,
      dataPath: null,
      bytes: statSync(out).size,
      method: "vjp",
      wrt: "x",
      target: null,
    });
    expect(found.outputs.map(({ name }) => name.replace(/_\d/, ""))).toEqual(["Sigmoid", "grad:x"]);
  });

  test("takes a target by the manifest's name", async () => {
    const { folder, manifest } = await models();
    const heat = [
      "differentiate",
      manifest,
      "--method",
      "input-gradients",
      "--out",
      join(folder, "heat.onnx"),
      "--json",
    ];
    const { stdout } = await cli(...heat, "--target", "smiling");
    expect(differentiateOutput.parse(JSON.parse(stdout))).toMatchObject({ target: 1, method: "input-gradients" });
    const wrong = await cli(...heat, "--target", "smilling");
    expect(wrong.code).toBe(2);
    expect(errorOutput.parse(JSON.parse(wrong.stderr)).error.message).toBe(
      'unknown target "smilling": did you mean "smiling"?',
    );
  });

  test("ends with 2 where nothing can be written, and writes nothing", async () => {
    const { folder, model, stuck } = await models();
    const out = join(folder, "grad.onnx");
    const refused = await cli("differentiate", stuck, "--out", out);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(
      /^cfalign: no gradient of "Bernoulli_\d" by "x": node "Bernoulli_node_\d" \(Bernoulli: .*\n$/,
    );
    const unknown = join(folder, "unknown.onnx");
    const b = new GraphBuilder();
    const none = { type: "float32" as const, dims: ["n", 2] };
    writeFileSync(
      unknown,
      writeModel(b.graph("u", [{ name: "x", ...none }], [{ name: b.add("NoSuch", ["x"]), ...none }])),
    );
    const foreign = await cli("differentiate", unknown, "--out", out);
    expect(foreign.code).toBe(2);
    expect(foreign.stderr).toMatch(/^cfalign: .*unknown\.onnx: onnxruntime refuses the model: .*NoSuch.*\n$/);
    const inspected = await cli("inspect", unknown);
    expect([inspected.code, inspected.stderr]).toEqual([1, ""]);
    expect(inspected.stdout).toMatch(/not differentiable: onnxruntime refuses the model: .*NoSuch/);
    expect((await cli("differentiate", model, "--out", model)).code).toBe(2);
    expect((await cli("differentiate", model)).stderr).toBe("cfalign: --out is missing: expected a file to write\n");
    expect((await cli("differentiate", join(folder, "no.onnx"), "--out", out)).code).toBe(2);
    expect(existsSync(out)).toBe(false);
  });
});

describe("inspect", { timeout: 120_000 }, () => {
  test("shows what a pass takes", async () => {
    const { model } = await models();
    const { stdout, code } = await cli("inspect", model);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /forward: 0\.0 million multiply–adds, 0\.0 MB of values, 0\.0 MB at once, about .* m?s\n {2}gradient: /,
    );
    const found = inspectOutput.parse(JSON.parse((await cli("inspect", model, "--json")).stdout));
    expect(found.models[0]).toMatchObject({ forward: { macs: 6 }, gradient: { macs: 12 }, ran: true });
  });

  test("names an operator without a rule with its node and the way to it, and ends with 1", async () => {
    const { stuck } = await models();
    const { stdout, code } = await cli("inspect", stuck);
    expect(code).toBe(1);
    expect(stdout).toMatch(/no gradient rule: Bernoulli, input 0 of node "Bernoulli_node_\d": x → Neg_\d → Exp_\d\n?/);
  });
});

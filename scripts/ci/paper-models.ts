// Runs the programs and commands of docs/paper-models.md as they stand, on a stand-in for the paper's package with random weights, and
// checks what came of it; prints one line per check, then the counts; exits 1 if any fails. Needs python3 with numpy, onnxruntime,
// torch and torchvision.
// Usage: node --conditions=source --import tsx scripts/ci/paper-models.ts
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { importOutput, preflightOutput } from "../../src/cli/schemas.ts";
import { blocksOf } from "../../test/house/readme.ts";
import { readmeFolder } from "../../test/house/readme-folder.ts";
import { attempt, endChecks } from "./counted-checks.ts";

/** What was exported gives what PyTorch gives. */
const same = `
import numpy, onnxruntime

def same(path, value, expected):
    session = onnxruntime.InferenceSession(path)
    got = session.run(None, {session.get_inputs()[0].name: value.numpy()})[0]
    assert numpy.allclose(got, expected.detach().numpy(), atol=1e-3), (path, numpy.abs(got - expected.detach().numpy()).max())

with torch.no_grad():
    two = torch.cat([picture, 1 - picture])
    for folder, autoencoder in (("paper/vqgan", vqgan_of_faces), ("paper/vqgan-birds", vqgan)):
        latent = autoencoder.encode(two)
        same(f"{folder}/encoder.onnx", two, latent)
        same(f"{folder}/decoder.onnx", latent, autoencoder.decode(latent))
    same("paper/faces/model.onnx", two, faces(two))
    same("paper/birds/model.onnx", two, birds.model(two))
`;

const root = join(import.meta.dirname, "../..");
const blocks = blocksOf(readFileSync(join(root, "docs/paper-models.md"), "utf8"));
const programs = blocks.filter(({ language }) => language === "python").map(({ code }) => code);
const commands = blocks.filter(({ language }) => language === "sh").map(({ code }) => code);
process.env.PYTHONPATH = join(root, "zoo/parity/stand-in");
const { path: folder, run } = readmeFolder(root);

try {
  await attempt("the exports give what PyTorch gives", () => {
    if (programs.length !== 2) throw new Error(`the document has ${programs.length} programs`);
    const [first, second] = programs;
    writeFileSync(join(folder, "export.py"), `${first}\nvqgan_of_faces = vqgan\n${second}\n${same}`);
    run("/usr/bin/python3", ["export.py"]);
  });
  await attempt("the commands of the document, on drawn faces", () => {
    run("cfalign", ["draw", "cartoon-faces", "--count", "24", "--out", "faces"]);
    for (const code of commands) run("sh", ["-e", "-c", code]);
  });
  await attempt("every model runs and can be differentiated", () => {
    const { runs, models } = preflightOutput.parse(JSON.parse(run("cfalign", ["preflight", "--json"])));
    if (!runs || models[0]?.targets.length !== 40) throw new Error(JSON.stringify(models));
  });
  await attempt("nothing of the birds is guessed but the name", () => {
    const { fields } = importOutput.parse(JSON.parse(run("cfalign", ["import", "paper/birds", "--json"])));
    const guesses = fields.filter(({ guessed }) => guessed).map(({ field }) => field);
    if (guesses.join() !== "name") throw new Error(guesses.join());
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
endChecks();

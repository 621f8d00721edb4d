// Runs the Python of docs/library.md and docs/your-models.md as it stands, on what the shell commands of the first made, and checks what
// came of it; prints one line per program, then the counts; exits 1 if any fails. Needs python3 with numpy, onnxruntime and torch.
// Usage: node --conditions=source --import tsx scripts/ci/documents-python.ts
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { blocksOf } from "../../test/house/readme.ts";
import { readmeFolder } from "../../test/house/readme-folder.ts";
import { attempt, endChecks } from "./counted-checks.ts";

/** What stands before and after a program of a document, which is told by a piece of it. */
interface Program {
  readonly name: string;
  readonly document: string;
  readonly has: string;
  readonly before: string;
  readonly after: string;
}

const programs: readonly Program[] = [
  {
    name: "a heatmap file in Python's onnxruntime",
    document: "docs/library.md",
    has: "heatmap.onnx",
    before: "",
    // The heatmap is the gradient's largest magnitude over the channels, as the text says.
    after: `
assert gradient.shape == (1, 3, 64, 64), gradient.shape
assert numpy.abs(gradient).max() > 0
assert numpy.allclose(numpy.squeeze(heatmap), numpy.abs(gradient).max(1)[0], atol=1e-6), heatmap.shape
`,
  },
  {
    name: "export of a reader's own models",
    document: "docs/your-models.md",
    has: "torch.onnx.export",
    // A reader's models, as small as they can be.
    before: `
import os, types, torch
os.makedirs("models/faces"), os.makedirs("models/attributes")
nn = torch.nn
autoencoder = types.SimpleNamespace(
    encoder=nn.Sequential(nn.Conv2d(3, 8, 16, stride=16), nn.Flatten(), nn.Linear(8 * 16 * 16, 128)),
    decoder=nn.Sequential(nn.Linear(128, 3 * 16 * 16), nn.Unflatten(1, (3, 16, 16)), nn.Upsample(scale_factor=16)),
)
classifier = nn.Sequential(nn.Conv2d(3, 4, 8, stride=8), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 2))
`,
    // "with a free batch dimension": two rows go through what was exported for one.
    after: `
import numpy, onnxruntime
for path, shape in (("faces/encoder", (2, 3, 256, 256)), ("faces/decoder", (2, 128)), ("attributes/model", (2, 3, 224, 224))):
    session = onnxruntime.InferenceSession(f"models/{path}.onnx")
    (output,) = session.run(None, {"input": numpy.zeros(shape, numpy.float32)})
    assert output.shape[0] == 2, (path, output.shape)
`,
  },
];

const root = join(import.meta.dirname, "../..");
const blocksIn = (path: string) => blocksOf(readFileSync(join(root, path), "utf8"));
const documents = [...new Set(programs.map(({ document }) => document))];
const { path: folder, run } = readmeFolder(root);

try {
  await attempt(`the documents have ${programs.length} programs in Python`, () => {
    const python = documents.flatMap(blocksIn).filter(({ language }) => language === "python");
    if (python.length !== programs.length) throw new Error(`they have ${python.length}`);
  });
  await attempt("the shell commands before them", () => {
    for (const { language, code } of blocksIn("docs/library.md")) if (language === "sh") run("sh", ["-e", "-c", code]);
  });
  for (const { name, document, has, before, after } of programs) {
    await attempt(name, () => {
      const [block] = blocksIn(document).filter(({ language, code }) => language === "python" && code.includes(has));
      if (block === undefined) throw new Error(`${document}: no program in Python has "${has}"`);
      writeFileSync(join(folder, "program.py"), `${before}\n${block.code}\n${after}`);
      run("/usr/bin/python3", ["program.py"]);
    });
  }
  await attempt("what was exported can be differentiated, says cfalign inspect", () => {
    for (const model of ["faces/encoder", "faces/decoder", "attributes/model"])
      run("cfalign", ["inspect", `models/${model}.onnx`]);
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
endChecks();

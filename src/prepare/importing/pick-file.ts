import { platform } from "#platform";
import { CfalignError } from "../../base/errors.ts";

/** Endings of the quantised siblings that exporters write beside a model. */
const quantisedName = /[_.-](quantized|quant|int8|uint8|int4|q4|q4f16|q8|bnb4)\.onnx$/i;

/** Files that exporters write, best first. */
const usual = ["onnx/model.onnx", "model.onnx"];

/** Whether a file is quantised by its name. */
export function isQuantisedName(path: string): boolean {
  return quantisedName.test(path);
}

/** The name of the file that a quantised one was made from. */
export function unquantised(path: string): string {
  return path.replace(quantisedName, ".onnx");
}

/**
 * The ONNX file of a classifier in a folder: what exporters call it, else the only one. forwardOnly: a quantised one will do where there is no other.
 * Errors: CfalignError("input") for none, several, or quantised ones only.
 */
export async function onnxIn(folder: string, { forwardOnly = false } = {}): Promise<string> {
  const { files } = platform;
  const all = (await files.list(folder)).filter((path) => path.endsWith(".onnx"));
  const some = all.filter((path) => !isQuantisedName(path));
  const whole = forwardOnly && some.length === 0 ? all : some;
  const path = usual.find((name) => whole.includes(name)) ?? (whole.length === 1 ? whole[0] : undefined);
  if (path !== undefined) return files.join(folder, path);
  const got = all.length === 0 ? "none" : all.map((name) => `"${name}"`).join(", ");
  const advice =
    all.length > 0 && whole.length === 0
      ? `: these are quantised; take "${unquantised(all[0] as string)}" of the same model`
      : all.length > 1
        ? ": give the path of one"
        : "";
  throw new CfalignError("input", `${folder}: expected an ONNX file, got ${got}${advice}`, { where: folder });
}

/** Refuses a file that is quantised by its name where the one that it was made from lies beside it. */
export async function refuseQuantised(path: string): Promise<void> {
  if (isQuantisedName(path) && (await platform.files.exists(unquantised(path)))) throw await quantisedError(path);
}

/** The error for a quantised file, with the name of the one to take. */
export async function quantisedError(path: string): Promise<CfalignError> {
  const { files } = platform;
  const other = unquantised(path);
  const there = other !== path && (await files.exists(other));
  const advice = there
    ? `import "${other}"`
    : `take the file that it was made from, usually ${other === path ? "model.onnx" : `"${files.basename(other)}"`}`;
  return new CfalignError(
    "input",
    `${path} is quantised, and its gradients would be wrong: ${advice}; cfalign suite audit takes it as it is`,
    {
      where: path,
    },
  );
}

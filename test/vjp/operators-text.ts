import { fused } from "../../src/onnx/microsoft.ts";
import { newcomers } from "../../src/onnx/newcomers.ts";
import { NEWEST, OLDEST } from "../../src/onnx/normalize.ts";
import { OPSET } from "../../src/onnx/written-opset.ts";
import { type Operator, operators } from "../../src/vjp/operators.ts";
import { type Reason, reasons, refusedFusions, refusedNewcomers, refusedOperators } from "../../src/vjp/refused.ts";
import { entryOf } from "../../src/vjp/rule.ts";
import { derivatives } from "../../src/vjp/table.ts";

/** Forms of an operator whose rule refuses them with an error that names the node. */
const refusedForms: Partial<Record<Operator, string>> = {
  BatchNormalization: "`training_mode` 1",
  Dropout: "`training_mode` true",
  RoiAlign: "`mode` max, or with `sampling_ratio` 0 where the regions depend on the data",
};

type Answer = "rule" | "zero" | "none";

/** What the table says of one input of an operator. */
interface InputAnswer {
  readonly input: string;
  readonly answer: Answer;
}

function inputsOf(op: Operator): readonly InputAnswer[] {
  return operators[op].map((input, index) => {
    const entry = entryOf(derivatives, { op, domain: "" }, index);
    return { input: input.replace("...", ""), answer: entry === undefined ? "none" : entry === null ? "zero" : "rule" };
  });
}

function answerOf(op: Operator): Answer {
  const inputs = inputsOf(op);
  if (inputs.some(({ answer }) => answer === "rule")) return "rule";
  const zero = inputs.length === 0 ? FREE.has(op) : inputs[0]?.answer === "zero";
  return zero ? "zero" : "none";
}

/** Operators without inputs, whose output depends on nothing. */
const FREE: ReadonlySet<Operator> = new Set<Operator>(["Constant", "RandomNormal", "RandomUniform"]);

const refused: Readonly<Record<string, Reason>> = { ...refusedOperators, ...refusedNewcomers, ...refusedFusions };

/** Every operator that is refused or rewritten, and why or how: docs/data/operators-refused.csv. */
export function refusedRows(): readonly (readonly string[])[] {
  return [
    ["operator", "answer"],
    ...Object.entries(refused).map(([op, reason]) => [op, reasons[reason]]),
    ...all
      .filter((op) => answerOf(op) === "rule")
      .flatMap((op) => inputsOf(op).map(({ input, answer }) => ({ op, input, answer })))
      .filter(({ answer }) => answer === "none")
      .map(({ op, input }) => [op, `refused by ${input}`]),
    ...Object.entries(refusedForms).map(([op, form]) => [op, `refused with ${form.replaceAll("`", "")}`]),
    ...Object.keys(newcomers).map((op) => [op, `rewritten: younger than opset ${OPSET}`]),
    ...Object.keys(fused)
      .sort()
      .map((op) => [`com.microsoft.${op}`, "rewritten: fused by onnxruntime"]),
  ];
}

const all = Object.keys(operators) as Operator[];

/** Every input of every standard operator: docs/data/operators.csv. */
export function operatorRows(): readonly (readonly string[])[] {
  const rows = all.flatMap((op) => inputsOf(op).map(({ input, answer }) => [op, input, answer]));
  return [["operator", "input", "gradient"], ...rows];
}

/** What docs/operators.md says of every standard operator, from the rule table. */
export function operatorsText(): string {
  const of = (kind: Answer) => all.filter((op) => answerOf(op) === kind);
  const fusions = Object.keys(fused).sort();
  return `Files of opsets ${OLDEST} to ${NEWEST} are read, and brought to opset ${OPSET}, which has ${all.length} operators.

**With a rule:** ${of("rule").length}, and ${of("zero").length} whose derivative is zero: [operators.csv](data/operators.csv) names them, by input.

**Rewritten when a file is read:** ${Object.keys(newcomers).length} operators younger than opset ${OPSET}, ${fusions.length} that onnxruntime fused, and an If whose condition follows from constants and shapes. float16 and bfloat16 become float32.

**Refused:** ${of("none").length + Object.keys({ ...refusedNewcomers, ...refusedFusions }).length}, mostly quantized ones, sequences, control flow and text: [operators-refused.csv](data/operators-refused.csv) names them with the reason, refused forms, and the rewritten ones.

Written by \`scripts/docs/operators.ts\` from the rule table (\`src/vjp/table.ts\`).`;
}

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
  RoiAlign: "`mode` max; `sampling_ratio` 0 where the regions depend on the data",
};

function answers(op: Operator): { readonly text: string; readonly kind: "rule" | "zero" | "none" } {
  const node = { op, domain: "" };
  const entries = operators[op].map((input, index) => ({ input, entry: entryOf(derivatives, node, index) }));
  const text = entries
    .map(({ input, entry }) => {
      const name = input.replace("...", "… ");
      return entry === undefined ? `~~${name}~~` : entry === null ? `${name} = 0` : `**${name}**`;
    })
    .join(", ");
  if (entries.some(({ entry }) => entry)) return { text, kind: "rule" };
  const zero = entries.length === 0 ? FREE.has(op) : entries[0]?.entry === null;
  return { text, kind: zero ? "zero" : "none" };
}

/** Operators without inputs, whose output depends on nothing. */
const FREE: ReadonlySet<Operator> = new Set<Operator>(["Constant", "RandomNormal", "RandomUniform"]);

/** One line per reason: the operators that are refused for it. */
function refusals(table: Readonly<Record<string, Reason>>): string {
  return (Object.keys(reasons) as Reason[])
    .map((reason) => ({ reason, ops: Object.keys(table).filter((op) => table[op] === reason) }))
    .filter(({ ops }) => ops.length > 0)
    .map(({ reason, ops }) => `| ${reasons[reason]} | ${ops.join(", ")} |`)
    .join("\n");
}

/** OPERATORS.md: what the rule table says about every standard operator. */
export function operatorsText(): string {
  const all = (Object.keys(operators) as Operator[]).map((op) => ({ op, ...answers(op) }));
  const of = (kind: string) => all.filter((answer) => answer.kind === kind);
  const rows = of("rule").map(({ op, text }) => `| ${op} | ${text} | ${refusedForms[op] ?? ""} |`);
  const fusions = Object.keys(fused).sort();
  return `# Operators

How cfalign differentiates every operator of ONNX's standard domain up to opset ${NEWEST}, the newest that onnxruntime
runs, or why it does not.
Files of opsets ${OLDEST} to ${NEWEST} are brought to opset ${OPSET} when they are read, which has ${all.length} operators; younger operators
and the fused ones that onnxruntime's optimizer leaves behind are rewritten in its terms. A model needs a rule only for
operators between the input that it is differentiated by and the output; \`cfalign inspect model.onnx\` names those that
lack one.

Written by \`node --conditions=source --import tsx scripts/docs/operators.ts\` from the rule table (\`src/vjp/table.ts\`). How
rules are tested and how large their errors are: [docs/gradients.md](docs/gradients.md).

## With a rule (${of("rule").length})

**Bold**: the cotangent of this input has a rule. \`= 0\`: the derivative is zero, or the input holds shapes or indices.
~~Struck out~~: no rule; differentiating by this input is an error, keeping it constant is fine.

| operator | inputs | refused |
|---|---|---|
${rows.join("\n")}

## With derivative zero (${of("zero").length})

Their output does not move when an input moves a little: ${of("zero")
    .map(({ op }) => op)
    .join(", ")}.

## Rewritten when a file is read (${Object.keys(newcomers).length + fusions.length})

- Younger than opset ${OPSET}: ${Object.keys(newcomers).join(", ")}.
- Fused by onnxruntime: ${fusions.join(", ")}.
- If, where its condition follows from constants and shapes: the branch takes its place.
- Values of type float16 and bfloat16 become float32.

## Refused (${of("none").length + Object.keys({ ...refusedNewcomers, ...refusedFusions }).length})

A path through one of these is an error, before the model is run, that names operator, node, input and path.

| reason | operators |
|---|---|
${refusals({ ...refusedOperators, ...refusedNewcomers, ...refusedFusions })}
`;
}

import { type Operator, operators } from "../src/vjp/operators.ts";
import { entryOf } from "../src/vjp/rule.ts";
import { derivatives } from "../src/vjp/table.ts";

/** Forms of an operator whose rule refuses them with an error that names the node. */
const refused: Partial<Record<Operator, string>> = {
  BatchNormalization: "`training_mode` 1",
  Dropout: "`training_mode` true",
  Einsum: "an ellipsis; an index twice in one term",
  GatherND: "`batch_dims` above 0",
  MaxPool: "`storage_order` 1",
  Resize: "`keep_aspect_ratio_policy` other than `stretch`",
  ScatterElements: "`reduction` other than `none` and `add`",
  ScatterND: "`reduction` other than `none` and `add`",
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

/** OPERATORS.md: what the rule table says about every standard operator. */
export function operatorsText(): string {
  const all = (Object.keys(operators) as Operator[]).map((op) => ({ op, ...answers(op) }));
  const of = (kind: string) => all.filter((answer) => answer.kind === kind);
  const rows = of("rule").map(({ op, text }) => `| ${op} | ${text} | ${refused[op] ?? ""} |`);
  return `# Operators

What cfalign can differentiate: the ${all.length} operators of ONNX's standard domain at opset 21. Files of other opsets are
brought to opset 21 when they are read. A model needs a rule only for operators between the input that it is differentiated
by and the output; \`cfalign inspect model.onnx\` names those that lack one.

Written by \`node --conditions=source --import tsx scripts/operators.ts\` from the rule table (\`src/vjp/table.ts\`). How
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

## Without a rule (${of("none").length})

A path through one of these is an error that names operator, node and input: ${of("none")
    .map(({ op }) => op)
    .join(", ")}.
`;
}

import type { Inspection } from "../index.ts";
import type { Output } from "./output.ts";
import { textTable } from "./table.ts";

/** Places without a rule that are listed one by one. */
const shown = 20;

/** A model for a terminal: inputs, outputs, operators, and what stands in the way of its gradient. */
export function inspectionText(inspection: Inspection, style: Pick<Output, "bold" | "dim">): string {
  const { file, opset, producer, inputs, outputs, operators, parameters, weightBytes, missing, problem, triedAt } =
    inspection;
  const values = (kind: string, list: Inspection["inputs"]): string[] =>
    list.map(({ name, type, dims }) => `  ${kind} ${name}: ${type} ${dims === undefined ? "[?]" : shape(dims)}`);
  const lines = [
    style.bold(file),
    `  opset ${opset}, ${producer || "unknown producer"}; ${parameters} parameters, ${(weightBytes / 1e6).toFixed(2)} MB`,
    ...values("input ", inputs),
    ...values("output", outputs),
    textTable(operators.map(({ op, domain, count }) => [`  ${domain === "" ? op : `${domain}:${op}`}`, String(count)])),
  ];
  for (const { op, domain, node, input } of missing.slice(0, shown)) {
    lines.push(`  no gradient rule: ${domain === "" ? op : `${domain}:${op}`}, input ${input} of node "${node}"`);
  }
  if (missing.length > shown) lines.push(`  … and ${missing.length - shown} more`);
  if (problem !== undefined) lines.push(`  the gradient failed: ${problem}`);
  if (inspection.differentiable) {
    lines.push(
      triedAt === undefined
        ? "  every operator has a gradient rule; a free dimension has no size, so it was not tried: add --shape"
        : "  differentiable",
    );
  }
  return lines.join("\n");
}

function shape(dims: readonly (number | string | undefined)[]): string {
  return `[${dims.map((dim) => dim ?? "?").join(", ")}]`;
}

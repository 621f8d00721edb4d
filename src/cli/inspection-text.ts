import { shortened } from "../base/shortened.ts";
import type { Inspection } from "../index.ts";
import type { Output } from "./output.ts";
import { textTable } from "./table.ts";

/** Places without a rule that are listed one by one. */
const shown = 20;
/** Letters of what a file says of itself that are shown: names of a thousand classes are more. */
const longest = 400;

/** Kinds of quantized files, and what they mean for a gradient. */
const quantizations: Readonly<Record<Exclude<Inspection["quantization"], "none">, string>> = {
  weights: "weights only, whose gradients are exact",
  values: "weights and values (QDQ), whose gradients go straight through the rounding, within its range",
  integers: "computes in whole numbers, which have no gradient",
};

/** A model for a terminal: inputs, outputs, operators, and what stands in the way of its gradient. */
export function inspectionText(inspection: Inspection, style: Pick<Output, "bold" | "dim">): string {
  const {
    file,
    opset,
    producer,
    metadata,
    inputs,
    outputs,
    operators,
    parameters,
    weightBytes,
    missing,
    problem,
    triedAt,
    forward,
    gradient,
  } = inspection;
  const values = (kind: string, list: Inspection["inputs"]): string[] =>
    list.map(({ name, type, dims }) => `  ${kind} ${name}: ${type} ${dims === undefined ? "[?]" : shape(dims)}`);
  const lines = [
    style.bold(file),
    `  opset ${opset}, ${producer || "unknown producer"}; ${parameters} parameters, ${(weightBytes / 1e6).toFixed(2)} MB`,
    ...Object.entries(metadata).map(([key, value]) => `  ${key}: ${shortened(value.replace(/\s+/g, " "), longest)}`),
    ...values("input ", inputs),
    ...values("output", outputs),
    textTable(operators.map(({ op, domain, count }) => [`  ${named(op, domain)}`, String(count)])),
  ];
  for (const [pass, cost] of Object.entries({ forward, gradient })) {
    if (cost !== null) lines.push(`  ${pass}: ${estimate(cost)}`);
  }
  for (const { op, domain, node, input, path } of missing.slice(0, shown)) {
    lines.push(`  no gradient rule: ${named(op, domain)}, input ${input} of node "${node}": ${way(path)}`);
  }
  if (missing.length > shown) {
    const rest = missing.slice(shown).map(({ op, domain }) => named(op, domain));
    lines.push(`  … and ${rest.length} more of ${[...new Set(rest)].join(", ")}`);
  }
  if (inspection.quantization !== "none") lines.push(`  quantized: ${quantizations[inspection.quantization]}`);
  if (problem !== null) lines.push(`  not differentiable: ${problem}`);
  if (inspection.forwardOnly) lines.push("  forward only: audited by pairs (cfalign suite audit)");
  if (inspection.differentiable) {
    lines.push(
      triedAt === null
        ? "  every operator has a gradient rule; a free dimension has no size, so it was not tried: add --shape"
        : `  differentiable${inspection.ran ? "" : " (loaded and not run, as it needs much memory)"}`,
    );
  }
  if (inspection.onDevice !== null) lines.push(...deviceLines(inspection.onDevice));
  return lines.join("\n");
}

function deviceLines({ device, problem, onCpu }: NonNullable<Inspection["onDevice"]>): string[] {
  const verdict =
    problem === null ? "gives there what it gives on the CPU" : `would run on the CPU instead: ${problem}`;
  const passes = ["forward", "gradient"].flatMap((pass) => {
    const there = onCpu.filter((each) => each.pass === pass).map(({ op, count }) => `${op} × ${count}`);
    return there.length === 0 ? [] : [`  ${device}, ${pass}: on the CPU all the same: ${there.join(", ")}`];
  });
  return [`  ${device}: ${verdict}`, ...passes];
}

function shape(dims: readonly (number | string | null)[]): string {
  return `[${dims.map((dim) => dim ?? "?").join(", ")}]`;
}

function named(op: string, domain: string): string {
  return domain === "" ? op : `${domain}:${op}`;
}

/** The values from the input to the fault; of a long way the ends. */
function way(path: readonly string[]): string {
  const parts = path.length <= 8 ? path : [...path.slice(0, 3), "…", ...path.slice(-4)];
  return parts.join(" → ");
}

function estimate({ macs, activationBytes, memoryBytes, seconds }: NonNullable<Inspection["forward"]>): string {
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
  // By Number: toPrecision writes 840 as 8.4e+2.
  const [time, unit] = seconds < 1 ? [1000 * seconds, "ms"] : [seconds, "s"];
  return `${(macs / 1e6).toFixed(1)} million multiply–adds, ${megabytes(activationBytes)} of values, ${megabytes(memoryBytes)} at once, about ${Number(time.toPrecision(2))} ${unit}`;
}

import type { PlantedResult, StateErrors } from "../../bench/schema.ts";
import type { Output } from "../../src/cli/output.ts";
import { figure, textTable } from "../../src/cli/table.ts";

const number = (value: number | null): string => figure(value, 3);

/** The table of a planted benchmark for people. */
export function plantedText(result: PlantedResult, output: Output): string {
  const count = (kind: PlantedResult["models"][number]["kind"]): number =>
    result.models.filter((model) => model.kind === kind).length;
  const lines = [
    `${result.world}: ${count("planted")} models with a planted bias, ${count("decoy")} decoys, ${count("control")} controls, ${count("composed")} composed; ` +
      `${result.images.perModel} pictures per model, ${result.images.audit} in the audit (${result.split} pairs)`,
  ];
  lines.push("", ...statesText("States of an alignment", result.stateErrors));
  lines.push("", ...statesText("Verdicts, by effects and alignment", result.verdictErrors));
  for (const { family, cells, scores } of result.families) {
    lines.push(
      "",
      output.bold(
        `${family}: ${cells.positive} cells in use (${cells.against} against the target), ${cells.negative} not, ${cells.between} between`,
      ),
      textTable([
        ["", "AUROC", "95 %", "pooled", "AUPRC", "TPR at 5 %", "r with effect", "false alarms"],
        ...scores.map(({ name, role, auroc, pooledAuroc, auprc, tprAt5, pearson, falseAlarms }) => [
          role === "oracle" ? `${name} (oracle)` : name,
          number(auroc.value),
          auroc.ci === null ? "—" : auroc.ci.map((end) => end.toFixed(3)).join("–"),
          ...[pooledAuroc, auprc, tprAt5, pearson.value, falseAlarms].map(number),
        ]),
      ]),
    );
  }
  return lines.join("\n");
}

/** Errors of the states of trained models. */
function statesText(
  what: string,
  { models, falseClear, falseFound, found, wrongSign, unresolved, images }: StateErrors & { readonly images: number },
): string[] {
  const rate = ({ count, of, ci }: StateErrors["falseClear"]): string => {
    const interval = ci === null ? "" : ` (95 %: ${ci.map((end) => `${(100 * end).toFixed(1)} %`).join(" to ")})`;
    return `${count} of ${of}${interval}`;
  };
  const reasons = Object.entries(unresolved.reasons).map(([reason, count]) => `${count} ${reason}`);
  return [
    `${what}: ${models} trained models with ${images} pictures each`,
    `  used cells called clear       ${rate(falseClear)}`,
    `  models with a false finding   ${rate(falseFound)}`,
    `  used cells found              ${rate(found)}, with the wrong sign ${wrongSign.count}`,
    `  unresolved cells              ${rate(unresolved)}${reasons.length === 0 ? "" : `: ${reasons.join(", ")}`}`,
  ];
}

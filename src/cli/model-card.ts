import type { Cell, Matrix, Summary } from "../index.ts";
import { escaped } from "./markdown-text.ts";
import { shellQuoted } from "./shell-quoted.ts";

/** What a card says beside the figures. */
interface About {
  /** Name of the image folder. */
  readonly images: string;
  /** Names and hashes of what the figures come from. */
  readonly provenance: string;
  /** Address of the run's report; a cell is added. */
  readonly report: string;
}

/** A classifier with what was found of it, what is clear, and what could not be told. */
interface Known {
  readonly base: string;
  readonly used: readonly Cell[];
  readonly clear: readonly Cell[];
  readonly untold: readonly Cell[];
}

/** What a run says of classifiers as a section of a model card: the metadata of Hugging Face, then Markdown. */
export function modelCard(matrix: Matrix, summary: Summary, about: About): string {
  const known = matrix.bases.map((base) => knownOf(base, matrix));
  const using = known.filter(({ used }) => used.length > 0);
  const others = known.filter(({ used }) => used.length === 0);
  return `${[
    metadata(using, about),
    "## Bias, Risks, and Limitations",
    "### Which features it uses",
    `${escaped(summary.headline)}. ${escaped(summary.states)}`,
    ...(using.length === 0 ? [] : [table(using, about)]),
    ...using.map(lineOf),
    ...(others.length === 0
      ? []
      : [`Nothing was found of ${others.map(({ base }) => escaped(base)).join(", ")}; that is no all-clear.`]),
    ...summary.unnamed.map(({ sentence }) => escaped(sentence)),
    ...(matrix.unchecked === undefined
      ? []
      : [`Named by CLIP, not checked: ${matrix.unchecked.map(escaped).join(", ")}.`]),
    "### How this was measured",
    escaped(summary.method),
    ...(using.length === 0 ? [] : ["The run of a later version is held to these figures by:", checkOf(using)]),
    `<sub>${escaped(about.provenance)}</sub>`,
  ].join("\n\n")}\n`;
}

/** What the judge rejects was not found. */
function knownOf(base: string, { cells }: Matrix): Known {
  const own = cells.filter((cell) => cell.base === base && !cell.sameConcept);
  const size = (cell: Cell): number => Math.abs(figureOf(cell).value ?? 0);
  const used = own.filter(({ state, rejected }) => state === "found" && !rejected);
  return {
    base,
    used: used.sort((a, b) => size(b) - size(a)),
    clear: own.filter(({ state }) => state === "clear"),
    untold: own.filter(({ state, rejected }) => state === "unresolved" || (state === "found" && rejected)),
  };
}

/** The figure that a card quotes of a cell: its effect, else its relative change. */
function figureOf({ effect, deciding }: Cell) {
  return effect === null
    ? { name: "relative change", value: deciding.mean, ci: deciding.ci, seen: `${deciding.count} images` }
    : {
        name: "effect",
        value: effect.value,
        ci: effect.ci,
        seen: `${effect.answered.count} of ${effect.moved} images answered`,
      };
}

/** YAML between lines of dashes; strings as JSON writes them, which is YAML. */
function metadata(using: readonly Known[], { images }: About): string {
  const text = (value: string): string => JSON.stringify(value);
  const metrics = (used: readonly Cell[]): string[] =>
    used.flatMap((cell) => {
      const { name, value } = figureOf(cell);
      if (value === null) return [];
      return [
        `    - type: ${name.replaceAll(" ", "-")}`,
        `      name: ${text(`${name} of ${cell.downstream}`)}`,
        `      value: ${value.toFixed(3)}`,
      ];
    });
  return [
    "---",
    "tags:",
    "- image-classification",
    "- bias",
    ...(using.length === 0 ? [] : ["model-index:"]),
    ...using.flatMap(({ base, used }) => [
      `- name: ${text(base)}`,
      "  results:",
      "  - task:",
      "      type: image-classification",
      "    dataset:",
      `      name: ${text(images)}`,
      `      type: ${text(images)}`,
      "    metrics:",
      ...metrics(used),
    ]),
    "---",
  ].join("\n");
}

/** Every feature leads to its cell in the report. */
function table(using: readonly Known[], { report }: About): string {
  const lines = using.flatMap(({ base, used }) =>
    used.map((cell) => {
      const { name, value, ci, seen } = figureOf(cell);
      const interval = ci === null ? "" : ` (${decimal(ci[0])} to ${decimal(ci[1])})`;
      const link = `${report}#${new URLSearchParams({ base, downstream: cell.downstream })}`;
      return [
        escaped(base),
        `[${escaped(cell.downstream)}](${link})`,
        escaped(`${name} ${decimal(value)}${interval}`),
        escaped(seen),
      ];
    }),
  );
  const head = ["classifier", "uses", "how far, with interval", "seen on"];
  return [head, head.map(() => "---"), ...lines].map((line) => `| ${line.join(" | ")} |`).join("\n");
}

/** What else is known of a classifier of the table. */
function lineOf({ base, clear, untold }: Known): string {
  const names = (cells: readonly Cell[]): string => cells.map(({ downstream }) => escaped(downstream)).join(", ");
  const said = [
    ...(clear.length === 0 ? [] : [`Does not use: ${names(clear)}.`]),
    ...(untold.length === 0 ? [] : [`Could not be told: ${names(untold)}.`]),
  ];
  return [`**${escaped(base)}**:`, ...(said.length === 0 ? ["Nothing else was asked."] : said)].join(" ");
}

/** A command that fails where a classifier uses a feature by more than its interval here allows. */
function checkOf(using: readonly Known[]): string {
  const bounds = using.flatMap(({ base, used }) =>
    used.map((cell) => {
      const { value, ci } = figureOf(cell);
      const most = Math.max(...[value ?? 0, ...(ci ?? [])].map(Math.abs));
      return `  --max ${shellQuoted(`${base}->${cell.downstream}=${(Math.ceil(100 * most) / 100).toFixed(2)}`)}`;
    }),
  );
  return ["```sh", ["cfalign check RUN", ...bounds].join(" \\\n"), "```"].join("\n");
}

function decimal(value: number | null): string {
  return value === null ? "–" : value.toFixed(2).replace("-", "−");
}

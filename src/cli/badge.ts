import type { Cell, Matrix } from "../index.ts";
import { shellQuoted } from "./shell-quoted.ts";

/** What a badge links to. */
interface BadgeOptions {
  /** Address of the run's report; its cell is added. */
  readonly report: string;
}

/** Height of the picture, width of a letter, and room beside words, as badges mostly have them. */
const [height, letter, room] = [20, 6.6, 6];
/** White words are legible on each (4.5 : 1). */
const colours = { label: "#454545", used: "#b3361c", open: "#6b6863", clear: "#27703a" } as const;
/** Letters of a name at most: what stands beside a heading is short. */
const longest = 44;

/**
 * A run's verdict as a small picture for a README: the strongest feature that a classifier uses, else how many cells are clear and how many could not be told, or that something without a
 * name lowers a classifier. It links to its cell in the report; its title says the command that holds a later version to it.
 */
export function badge(matrix: Matrix, { report }: BadgeOptions): string {
  const { message, colour, link, title } = saidBy(matrix, report);
  const words = ["shortcuts", message] as const;
  const [left, right] = words.map((text) => Math.round([...text].length * letter + 2 * room)) as [number, number];
  const text = (index: 0 | 1, x: number, width: number): string =>
    `<text x="${x + width / 2}" y="14" text-anchor="middle" textLength="${width - 2 * room}" lengthAdjust="spacingAndGlyphs">${escapeXml(words[index])}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="${height}" role="img" aria-label="${escapeXml(words.join(": "))}">
<title>${escapeXml(title)}</title>
<clipPath id="round"><rect width="${left + right}" height="${height}" rx="3"/></clipPath>
<a href="${escapeXml(link)}">
<g clip-path="url(#round)">
<rect width="${left}" height="${height}" fill="${colours.label}"/>
<rect x="${left}" width="${right}" height="${height}" fill="${colour}"/>
</g>
<g fill="#ffffff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">
${text(0, 0, left)}
${text(1, left, right)}
</g>
</a>
</svg>
`;
}

interface Said {
  readonly message: string;
  readonly colour: string;
  readonly link: string;
  /** The whole of it, for who points at it. */
  readonly title: string;
}

function saidBy({ cells, accountedFor, unchecked = [] }: Matrix, report: string): Said {
  const asked = cells.filter(({ sameConcept, state }) => !sameConcept && state !== null);
  const used = asked
    .filter(({ state, rejected }) => state === "found" && !rejected)
    .sort((a, b) => Math.abs(sizeOf(b)) - Math.abs(sizeOf(a)));
  const clear = asked.filter(({ state }) => state === "clear").length;
  const [first] = used;
  if (first === undefined) {
    const open = asked.length - clear;
    const unnamed = (accountedFor ?? []).flatMap(({ base, enough }) => (enough ? [] : [base]));
    const parts = [
      ...(unnamed.length > 0 ? [`${unnamed.length} lowered by something unnamed`] : []),
      ...(open > 0 ? [`${open} of ${asked.length} untold`] : []),
      ...(asked.length === 0 ? ["nothing told"] : []),
    ];
    const message = parts.length === 0 ? `none of ${clear}` : ["none found", ...parts].join(", ");
    const lowered = unnamed.length === 0 ? "" : `; something that no feature names lowers ${unnamed.join(", ")}`;
    const title = `${clear} cells are clear, ${open} could not be told${lowered}`;
    return { message, colour: parts.length === 0 ? colours.clear : colours.open, link: report, title };
  }
  const { base, downstream } = first;
  const more = used.length === 1 ? "" : ` +${used.length - 1}`;
  const size = `${sizeOf(first).toFixed(2).replace("-", "−")}${more}`;
  const names = `${base} uses ${downstream}`;
  const short = [...names].length > longest ? `${[...names].slice(0, longest - 1).join("")}…` : names;
  const open = [base, downstream, first.effect?.witness].filter(
    (name) => name !== undefined && unchecked.includes(name),
  );
  const caveat = open.length === 0 ? "" : ` (named by CLIP, not checked: ${[...new Set(open)].join(", ")})`;
  return {
    message: `${short}, ${size}`,
    colour: colours.used,
    link: `${report}#${new URLSearchParams({ base, downstream })}`,
    title: `${names}${caveat}. Held to it by: cfalign check RUN --max ${shellQuoted(`${base}->${downstream}=${mostOf(first).toFixed(2)}`)}`,
  };
}

/** The figure that is quoted of a cell: its effect, else its relative change. */
function sizeOf({ effect, deciding }: Cell): number {
  return (effect === null ? deciding.mean : effect.value) ?? 0;
}

/** The far end of its interval, in hundredths, rounded up. */
function mostOf(cell: Cell): number {
  const ci = cell.effect === null ? cell.deciding.ci : cell.effect.ci;
  return Math.ceil(100 * Math.max(...[sizeOf(cell), ...(ci ?? [])].map(Math.abs))) / 100;
}

/** Text as it stands in XML content and attributes; control characters, which XML does not allow, become U+FFFD. */
function escapeXml(text: string): string {
  const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return Array.from(text, (letter) => (letter < " " ? "\ufffd" : (entities[letter] ?? letter))).join("");
}

import { shortened } from "../base/shortened.ts";
import { inkOn } from "./contrast.ts";
import { diverging } from "./diverging.ts";
import { escapeXml, type Figure, figureInk, round } from "./figure.ts";

/** How a cell is marked; a cell without a mark is clear, or not judged. */
export type CellMark = "found" | "rejected" | "expected" | "unresolved" | "own" | "self";

/** What a cell shows beside its colour: its mark, that it lies beyond the scale, or that it has no value. */
type Sign = CellMark | "beyond" | "none";

/** One cell of a matrix: its value, undefined where there is none or it says nothing, and its mark. */
export interface DrawnCell {
  readonly value: number | undefined;
  readonly mark?: CellMark;
}

/** A matrix to be drawn: `cells` row by row. */
export interface DrawnMatrix {
  readonly title: string;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly cells: readonly (readonly DrawnCell[])[];
  /** What a value is. */
  readonly label: string;
}

const fontSize = 6.5;
/** Width of a letter of the fonts, in units of the font's size: the widest of them is the measure. */
const letter = 0.6;
const margin = 6;
const largestCell = 24;
/** Cells from this size on have room for their number. */
const numberedCell = 12.5;

/** What the signs of a figure are called, in the order of its legend, as on the page. */
const signNames: readonly (readonly [Sign, string])[] = [
  ["beyond", "beyond ±1"],
  ["none", "no data"],
  ["self", "itself"],
  ["found", "found"],
  ["rejected", "found, rejected by the judge"],
  ["expected", "found, expected"],
  ["unresolved", "unresolved"],
  ["own", "same concept"],
];

/** A matrix of values from −1 to 1 on paper, base by downstream, with a legend of its colours and of the marks that it has. Values beyond are drawn at the end of the scale. */
export function matrixFigure(matrix: DrawnMatrix, { width }: { readonly width: number }): Figure {
  const { rows, columns, cells, title, label } = matrix;
  const longest = (names: readonly string[]): number => Math.max(4, ...names.map((name) => name.length));
  const roomOf = (names: readonly string[], size: number): number =>
    Math.min(longest(names) * size * letter, width * 0.32) + 4;
  const sideFor = (left: number): number =>
    Math.min(largestCell, (width - left - margin) / Math.max(1, columns.length));
  // Names are no higher than their row; smaller names leave more room for the cells.
  const size = Math.min(fontSize, sideFor(margin + roomOf(rows, fontSize)) * 0.92);
  const left = margin + roomOf(rows, size);
  const top = margin + roomOf(columns, size) + 6;
  const side = sideFor(left);
  const letters = (points: number): number => Math.floor((points - 4) / (size * letter));
  const rowNames = rows.map((name, row) =>
    text(shortened(name, letters(left - margin)), {
      x: left - 4,
      y: top + (row + 0.5) * side + size * 0.35,
      size,
      anchor: "end",
      hint: name,
    }),
  );
  const columnNames = columns.map((name, column) => {
    const [x, y] = [left + (column + 0.5) * side + size * 0.35, top - 4];
    return `<g transform="translate(${round(x)},${round(y)}) rotate(-90)">${text(shortened(name, letters(top - margin - 6)), { x: 0, y: 0, size, anchor: "start", hint: name })}</g>`;
  });
  const drawn = cells.flatMap((line, row) =>
    line.map((cell, column) => cellOf(cell, { x: left + column * side, y: top + row * side, side })),
  );
  const bottom = top + rows.length * side;
  const has = new Set(cells.flat().flatMap(signsOf));
  const signs = signNames.filter(([sign]) => has.has(sign));
  const legend = legendOf(label, signs, { x: margin, y: bottom + 14, width: width - 2 * margin });
  return {
    title,
    width,
    height: bottom + 14 + legend.height + margin,
    content: [...rowNames, ...columnNames, ...drawn, legend.content].join("\n"),
  };
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly side: number;
}

function signsOf({ value, mark }: DrawnCell): readonly Sign[] {
  if (mark === "self") return [mark];
  if (value === undefined) return ["none"];
  return [...(Math.abs(value) > 1 ? (["beyond"] as const) : []), ...(mark === undefined ? [] : [mark])];
}

function cellOf(cell: DrawnCell, { x, y, side }: Place): string {
  const { value, mark } = cell;
  const inset = 0.4;
  const box = (attributes: string, by = inset): string =>
    `<rect x="${round(x + by)}" y="${round(y + by)}" width="${round(side - 2 * by)}" height="${round(side - 2 * by)}" ${attributes}/>`;
  if (mark === "self") return `${box(`fill="${figureInk.faint}"`)}${signOf(mark, { x, y, side })}`;
  if (value === undefined)
    return `${box(`fill="none" stroke="${figureInk.faint}" stroke-width="0.4"`)}${signOf("none", { x, y, side })}`;
  const ground = diverging(value);
  const fill = `rgb(${ground.join(",")})`;
  const colour = inkOn(ground, [figureInk.ink, figureInk.paper, "#000000"]) ?? figureInk.ink;
  const number =
    side < numberedCell
      ? ""
      : text(narrow(value), {
          x: x + side / 2,
          y: y + side / 2 + 1.9,
          size: Math.min(5.5, side * 0.4),
          anchor: "middle",
          colour,
        });
  // A hatch lies under its number, as on the page.
  const marks = signsOf(cell)
    .map((sign) => signOf(sign, { x, y, side }, colour))
    .join("");
  return `${box(`fill="${fill}"`)}${mark === "unresolved" ? marks + number : number + marks}`;
}

function signOf(sign: Sign, { x, y, side }: Place, colour: string = figureInk.ink): string {
  const by = 0.9;
  const outline = (dashes: string): string =>
    `<rect x="${round(x + by)}" y="${round(y + by)}" width="${round(side - 2 * by)}" height="${round(side - 2 * by)}" fill="none" stroke="${figureInk.ink}" stroke-width="1"${dashes}/>`;
  const corner = Math.min(4, side * 0.3);
  const [middle, half] = [round(y + side / 2), round(x + side / 2)];
  switch (sign) {
    case "beyond":
      return `<path d="M${round(x + 1.6)} ${round(y + 1.6)}h${round(corner)}l${round(-corner)} ${round(corner)}z" fill="${colour}"/>`;
    case "none":
      return `<path d="M${round(x + side * 0.35)} ${middle}h${round(side * 0.3)}" stroke="${figureInk.muted}" stroke-width="0.5"/>`;
    case "self":
      return `<circle cx="${half}" cy="${middle}" r="${round(Math.min(1.4, side * 0.12))}" fill="${figureInk.muted}"/>`;
    case "found":
      return outline("");
    case "rejected":
      return outline(' stroke-dasharray="2.4 1.6"');
    case "expected":
      return `<path d="M${round(x + by)} ${round(y + by)}h${round(corner)}M${round(x + by)} ${round(y + by)}v${round(corner)}M${round(x + side - by)} ${round(y + side - by)}h${round(-corner)}M${round(x + side - by)} ${round(y + side - by)}v${round(-corner)}" fill="none" stroke="${figureInk.ink}" stroke-width="1"/>`;
    case "unresolved":
      return hatch({ x, y, side });
    case "own":
      return `<path d="M${round(x + side - corner)} ${round(y + 0.4)}h${round(corner - 0.4)}v${round(corner - 0.4)}z" fill="${figureInk.muted}"/>`;
  }
}

/** Lines from corner to corner, as the page hatches what is unresolved. */
function hatch({ x, y, side }: Place): string {
  const [from, to, gap] = [0.4, side - 0.4, Math.max(1.6, side / 7)];
  const reach = to - from;
  let path = "";
  for (let at = gap; at < 2 * reach; at += gap) {
    const [left, bottom] = at <= reach ? [from, from + at] : [from + at - reach, to];
    path += `M${round(x + left)} ${round(y + bottom)}L${round(x + bottom)} ${round(y + left)}`;
  }
  return `<path d="${path}" fill="none" stroke="${figureInk.ink}" stroke-opacity="0.28" stroke-width="0.45"/>`;
}

/** The scale, and what signs mean, in as many lines as it takes. */
function legendOf(
  label: string,
  signs: readonly (readonly [Sign, string])[],
  { x, y, width }: { readonly x: number; readonly y: number; readonly width: number },
): { readonly content: string; readonly height: number } {
  const steps = Array.from({ length: 41 }, (_, step) => step / 20 - 1);
  const scale = 80;
  const bar = steps.map(
    (value, step) =>
      `<rect x="${round(x + (step * scale) / steps.length)}" y="${round(y)}" width="${round(scale / steps.length + 0.1)}" height="5" fill="rgb(${diverging(value).map(Math.round).join(",")})"/>`,
  );
  const small = 6;
  const ticks = (
    [
      [-1, "start"],
      [0, "middle"],
      [1, "end"],
    ] as const
  ).map(([value, anchor]) =>
    text(narrow(value), { x: x + ((value + 1) / 2) * scale, y: y + 12, size: small, anchor, colour: figureInk.muted }),
  );
  const side = 8;
  let [at, line] = [x + scale + 8, y];
  const place = (
    content: string,
    needed: number,
  ): { readonly x: number; readonly y: number; readonly content: string } => {
    if (at + needed > x + width && at > x) [at, line] = [x, line + (line === y ? 18 : 11)];
    const here = { x: at, y: line, content };
    at += needed + 8;
    return here;
  };
  const name = place(label, label.length * small * letter);
  const samples = signs.map(([sign, words]) => ({ sign, ...place(words, side + 3 + words.length * small * letter) }));
  return {
    content: [
      ...bar,
      ...ticks,
      text(label, { x: name.x, y: name.y + 6, size: small, anchor: "start" }),
      ...samples.map(
        (sample) =>
          `<rect x="${round(sample.x + 0.4)}" y="${round(sample.y - 0.6)}" width="${side - 0.8}" height="${side - 0.8}" ${groundOf(sample.sign)}/>${signOf(sample.sign, { x: sample.x, y: sample.y - 1, side }, sample.sign === "beyond" ? figureInk.paper : figureInk.ink)}${text(sample.content, { x: sample.x + side + 3, y: sample.y + 6, size: small, anchor: "start" })}`,
      ),
    ].join("\n"),
    height: Math.max(14, line - y + 10),
  };
}

function groundOf(sign: Sign): string {
  if (sign === "none") return `fill="none" stroke="${figureInk.faint}" stroke-width="0.4"`;
  const ground = `rgb(${diverging(sign === "beyond" ? 1 : 0.35).join(",")})`;
  return `fill="${sign === "self" ? figureInk.faint : ground}"`;
}

interface TextStyle {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly anchor: "start" | "middle" | "end";
  readonly colour?: string;
  /** The whole of what is shortened. */
  readonly hint?: string;
}

function text(words: string, { x, y, size, anchor, colour = figureInk.ink, hint }: TextStyle): string {
  const title = hint === undefined || hint === words ? "" : `<title>${escapeXml(hint)}</title>`;
  return `<text x="${round(x)}" y="${round(y)}" font-size="${round(size)}" text-anchor="${anchor}" fill="${colour}">${escapeXml(words)}${title}</text>`;
}

/** ".68", "−.04", "1.2", "0" */
function narrow(value: number): string {
  const rounded = Math.round(value * 100) / 100;
  if (rounded === 0) return "0";
  const size = Math.abs(rounded);
  const digits = Number.isInteger(size) ? 0 : size >= 10 ? 0 : size >= 1 ? 1 : 2;
  const text = size >= 1 ? size.toFixed(digits) : size.toFixed(2).slice(1);
  return rounded < 0 ? `−${text}` : text;
}

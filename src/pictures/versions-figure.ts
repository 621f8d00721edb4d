import { shortened } from "../base/shortened.ts";
import { lightColours } from "./alignment-plot.ts";
import { escapeXml, type Figure, figureInk, round } from "./figure.ts";

/** One line of the figure: an effect, version by version. */
export interface VersionLine {
  readonly classifier: string;
  readonly feature: string;
  readonly points: readonly {
    readonly value: number | null;
    readonly ci: readonly [number, number] | null;
    readonly state: "found" | "clear" | "unresolved" | null;
  }[];
}

/** What is drawn, and how wide. */
export interface VersionsFigureOptions {
  readonly title: string;
  /** In the order of the points. */
  readonly versions: readonly string[];
  /** In points. */
  readonly width: number;
  /** Effects within it, to either side, do not matter. */
  readonly minEffect: number;
}

/** A panel, and what stands around it, in points. */
const panel = { left: 24, right: 8, top: 16, height: 54, bottom: 16 } as const;
const head = 26;
/** Panels are at least so wide. */
const narrowest = 120;
const letter = 3.6;
const lineHeight = 9;

/** Effects over versions, a panel each: values with their intervals; full where found, open where clear, grey where it cannot be told; a band for effects that do not matter. */
export function versionsFigure(lines: readonly VersionLine[], options: VersionsFigureOptions): Figure {
  const { title, width, minEffect } = options;
  const columns = Math.max(1, Math.min(lines.length, Math.floor(width / narrowest)));
  const [each, tall] = [width / columns, panel.top + panel.height + panel.bottom];
  const domain = domainOf(lines, minEffect);
  const room = Math.floor((each - panel.left - panel.right) / options.versions.length / letter);
  // Names that have no room below the panels stand above them, with numbers.
  const isNamed = options.versions.every(({ length }) => length <= room);
  const numbered = isNamed
    ? []
    : inLines(
        options.versions.map((name, place) => `${place + 1} ${name}`),
        width,
      );
  const top = head + lineHeight * numbered.length;
  const versions = isNamed ? options.versions : options.versions.map((_, place) => String(place + 1));
  const parts = lines.map((line, place) => {
    const at = { x: (place % columns) * each, y: top + Math.floor(place / columns) * tall };
    return `<g transform="translate(${round(at.x)},${round(at.y)})">${panelOf(line, { versions, width: each, domain, minEffect })}</g>`;
  });
  const legend = [
    ["found", "found"],
    ["clear", "clear"],
    ["unresolved", "cannot be told"],
  ] as const;
  const keys = legend.map(
    ([state, words], place) =>
      `${dot(state, { x: panel.left + 4 + 48 * place, y: 18 })}${text(words, { x: panel.left + 9 + 48 * place, y: 20.2 })}`,
  );
  return {
    title,
    width,
    height: top + Math.ceil(lines.length / columns) * tall,
    content: [
      text(shortened(title, Math.floor(width / 4.5)), { x: 0, y: 8, size: 8, bold: true }),
      ...keys,
      ...numbered.map((words, place) => text(words, { x: panel.left, y: head + lineHeight * place + 4 })),
      ...parts,
    ].join("\n"),
  };
}

/** Names after one another, in as many lines as they take. */
function inLines(names: readonly string[], width: number): readonly string[] {
  const most = Math.floor((width - panel.left) / letter);
  return names.reduce<string[]>((lines, name) => {
    const longer = lines.length === 0 ? name : `${lines.at(-1)}, ${name}`;
    return lines.length > 0 && longer.length <= most
      ? [...lines.slice(0, -1), longer]
      : [...lines, shortened(name, most)];
  }, []);
}

interface Place {
  readonly x: number;
  readonly y: number;
}

function panelOf(
  { classifier, feature, points }: VersionLine,
  {
    versions,
    width,
    domain: [low, high],
    minEffect,
  }: Pick<VersionsFigureOptions, "versions" | "width" | "minEffect"> & { readonly domain: readonly [number, number] },
): string {
  const inner = width - panel.left - panel.right;
  const x = (place: number): number =>
    panel.left + (versions.length < 2 ? inner / 2 : 6 + (place * (inner - 12)) / (versions.length - 1));
  const y = (value: number): number => panel.top + (panel.height * (high - value)) / (high - low);
  const line = (from: Place, to: Place, colour: string, strong = 0.6): string =>
    `<line x1="${round(from.x)}" y1="${round(from.y)}" x2="${round(to.x)}" y2="${round(to.y)}" stroke="${colour}" stroke-width="${strong}"/>`;
  const across = (value: number, colour: string): string =>
    line({ x: panel.left, y: y(value) }, { x: width - panel.right, y: y(value) }, colour);
  const drawn = points.flatMap(({ value, ci, state }, place) =>
    value === null ? [] : [{ at: { x: x(place), y: y(value) }, ci, state }],
  );
  const way = drawn.map(({ at }, place) => `${place === 0 ? "M" : "L"}${round(at.x)},${round(at.y)}`).join("");
  return [
    text(shortened(`${classifier}: ${feature}`, Math.floor(width / 4.4)), {
      x: panel.left,
      y: 11,
      size: 7,
      bold: true,
    }),
    `<rect x="${panel.left}" y="${round(y(minEffect))}" width="${round(inner)}" height="${round(y(-minEffect) - y(minEffect))}" fill="${figureInk.faint}" fill-opacity="0.5"/>`,
    across(0, figureInk.muted),
    ...[low, 0, high].map((value) =>
      text(value.toFixed(1).replace("-", "−"), { x: panel.left - 3, y: y(value) + 2, anchor: "end" }),
    ),
    `<path d="${way}" fill="none" stroke="${figureInk.muted}" stroke-width="0.7"/>`,
    ...drawn.flatMap(({ at, ci, state }) => [
      ...(ci === null ? [] : [line({ x: at.x, y: y(ci[0]) }, { x: at.x, y: y(ci[1]) }, colourOf(state), 1.2)]),
      dot(state, at),
    ]),
    ...versions.map((name, place) => text(name, { x: x(place), y: panel.top + panel.height + 8, anchor: "middle" })),
  ].join("");
}

/** One for all panels, from tenths to tenths. */
function domainOf(lines: readonly VersionLine[], minEffect: number): readonly [number, number] {
  const values = lines.flatMap(({ points }) =>
    points.flatMap(({ value, ci }) => (value === null ? [] : [value, ...(ci ?? [])])),
  );
  const least = 2 * minEffect;
  return [Math.floor(Math.min(-least, ...values) * 10) / 10, Math.ceil(Math.max(least, ...values) * 10) / 10];
}

function colourOf(state: VersionLine["points"][number]["state"]): string {
  return state === "unresolved" || state === null ? figureInk.muted : (lightColours.lines[0] ?? figureInk.ink);
}

function dot(state: VersionLine["points"][number]["state"], { x, y }: Place): string {
  const colour = colourOf(state);
  const fill = state === "clear" ? figureInk.paper : colour;
  return `<circle cx="${round(x)}" cy="${round(y)}" r="2.2" fill="${fill}" stroke="${colour}" stroke-width="0.9"/>`;
}

function text(
  words: string,
  {
    x,
    y,
    size = 6.5,
    bold = false,
    anchor = "start",
  }: Place & { readonly size?: number; readonly bold?: boolean; readonly anchor?: "start" | "middle" | "end" },
): string {
  const weight = bold ? ' font-weight="600"' : "";
  return `<text x="${round(x)}" y="${round(y)}" font-size="${size}"${weight} text-anchor="${anchor}" fill="${bold ? figureInk.ink : figureInk.muted}">${escapeXml(words)}</text>`;
}

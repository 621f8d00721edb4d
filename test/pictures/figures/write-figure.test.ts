import { inflateSync } from "node:zlib";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { xmlDocument } from "../../../src/pictures/alignment-figure.ts";
import { alignmentSheet } from "../../../src/pictures/alignment-sheet.ts";
import { pointsPerMillimetre } from "../../../src/pictures/figure.ts";
import { figureFile } from "../../../src/pictures/figures/write-figure.ts";
import { stacked } from "../../../src/pictures/stacked.ts";
import { stripSheet } from "../../../src/pictures/strip-sheet.ts";
import type { Pixels } from "../../../src/platform/platform.ts";
import { xmlElements } from "../xml-elements.ts";

const width = 89 * pointsPerMillimetre;
const plain = (value: number): Pixels => ({ data: new Uint8Array(12).fill(value), width: 2, height: 2, channels: 3 });
const shares = [0, 0.5, 1];
const base = 'smiling "<&>"';

async function counterfactual() {
  const frames = [0.9, 0.5, 0.3].map((prediction, index) => ({ pixels: plain(40 * index), prediction }));
  const strip = await stripSheet(
    { title: "a.png", base, input: { pixels: plain(200) }, frames },
    { width, steps: true },
  );
  const plot = alignmentSheet(
    {
      base: { name: base, predictions: [0.9, 0.5, 0.3] },
      downstream: [{ name: "hat", predictions: [0.8, 0.6, 0.1] }],
      shares,
      lambda: -63,
    },
    { width, document: xmlDocument() },
  );
  return stacked("A counterfactual", [strip, plot], 10);
}

/** The objects of a PDF, with their streams inflated, as Latin-1 text. */
function pdfText(file: Uint8Array): string {
  const text = Buffer.from(file).toString("latin1");
  return text.replace(/stream\r?\n([\s\S]*?)\r?\nendstream/g, (_, stream: string) => {
    try {
      return inflateSync(Buffer.from(stream, "latin1")).toString("latin1");
    } catch {
      return "";
    }
  });
}

describe("a figure as a file", () => {
  test("in SVG is well-formed, has its size on paper, and carries its fonts and pictures", async () => {
    const figure = await counterfactual();
    const elements = xmlElements(new TextDecoder().decode(await figureFile(figure, "svg", { dpi: 300 })));
    expect(elements[0]).toMatchObject({
      name: "svg",
      attributes: { width: "89mm", viewBox: `0 0 252.28 ${Number(figure.height.toFixed(2))}` },
    });
    const style = elements.find(({ name }) => name === "style")?.text ?? "";
    const fonts = [...style.matchAll(/font-weight:(\d+);src:url\(data:font\/ttf;base64,([A-Za-z0-9+/=]+)\)/g)];
    expect(fonts.map(([, weight]) => weight)).toEqual(["400", "600"]);
    // Every TrueType file begins with version 1.0.
    for (const [, , data] of fonts) expect([...Buffer.from(data ?? "", "base64").subarray(0, 4)]).toEqual([0, 1, 0, 0]);
    const images = elements.filter(({ name }) => name === "image");
    expect(images).toHaveLength(5);
    for (const { attributes } of images) expect(attributes.href).toMatch(/^data:image\/png;base64,/);
    expect(elements.map(({ text }) => text)).toContain(base);
  });

  test("in PNG has the pixels of its size at the density that it states", async () => {
    const figure = await counterfactual();
    const {
      width: across,
      height: down,
      density,
      format,
    } = await sharp(await figureFile(figure, "png", { dpi: 300 })).metadata();
    expect({ across, format, density }).toEqual({ across: Math.round((89 / 25.4) * 300), format: "png", density: 300 });
    expect(down).toBe(Math.round((figure.height / 72) * 300));
  });

  test("in PDF is one page of its size, with text as text in embedded fonts, and the same bytes each time", async () => {
    const figure = await counterfactual();
    const file = await figureFile(figure, "pdf", { dpi: 300 });
    expect(Buffer.from(file.subarray(0, 5)).toString()).toBe("%PDF-");
    const text = pdfText(file);
    const [, right, top] = /\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/.exec(text) ?? [];
    expect([Number(right), Number(top)]).toEqual([expect.closeTo(width, 2), expect.closeTo(figure.height, 2)]);
    expect(text.match(/\/Type \/Page\b/g)).toHaveLength(1);
    const names = [...text.matchAll(/\/FontName \/[A-Z]{6}\+(\S+)/g)].map(([, name]) => name);
    expect([...new Set(names)].sort()).toEqual(["Inter-Regular", "Inter-SemiBold"]);
    expect(text.match(/\/FontFile2 /g)).toHaveLength(2);
    // What a reader selects and copies: letters by number, here the minus of λ = −63.
    expect(text).toContain("beginbfrange");
    expect(text.toLowerCase()).toContain("2212");
    // Five pictures, and none of them is a picture of the text.
    expect(text.match(/\/Subtype \/Image/g)).toHaveLength(5);
    expect(await figureFile(figure, "pdf", { dpi: 300 })).toEqual(file);
  });
});

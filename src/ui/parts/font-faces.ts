import { figureFont } from "../../pictures/figure.ts";

const [family] = figureFont.split(",");

/** The page's own faces of the font of figures as a style sheet with the fonts in it. */
export async function fontFaces(): Promise<string> {
  const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]);
  const faces = rules.filter(
    (rule): rule is CSSFontFaceRule =>
      rule instanceof CSSFontFaceRule && rule.style.getPropertyValue("font-family").replaceAll('"', "") === family,
  );
  return (await Promise.all(faces.map(faceOf))).join("");
}

async function faceOf({ style, parentStyleSheet }: CSSFontFaceRule): Promise<string> {
  const source = /url\("?([^")]+)"?\)/.exec(style.getPropertyValue("src"))?.[1];
  if (source === undefined) return "";
  const url = new URL(source, parentStyleSheet?.href ?? document.baseURI).href;
  const inside = url.startsWith("data:") ? url : await fetched(url);
  const range = style.getPropertyValue("unicode-range");
  const weight = style.getPropertyValue("font-weight");
  return `@font-face{font-family:${family};font-weight:${weight};src:url(${inside}) format("woff2");${range === "" ? "" : `unicode-range:${range}`}}`;
}

/** A file of the site as a data URI. */
async function fetched(url: string): Promise<string> {
  const blob = await (await fetch(url)).blob();
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as string);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}

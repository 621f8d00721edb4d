import { type Color, css, darker, hsl, lighter, mix } from "./color.ts";
import type { Strengths } from "./factors.ts";
import { drawBackHair, drawBangs, drawFrontHair } from "./hair.ts";
import type { Look } from "./look.ts";
import { drawMouth } from "./mouth.ts";
import type { Nuisances } from "./nuisances.ts";
import { at, lerp } from "./path.ts";
import { drawEarrings, drawGlasses, drawHat, drawTie } from "./wear.ts";

/**
 * A cartoon face as SVG, view box 128 × 128, drawn `size` pixels wide and high. Pure: the same strengths and nuisances give the same text.
 * Shapes morph with their strength; objects (glasses, hat, beard, tie, earrings) fade with it.
 */
export function faceSvg(strengths: Strengths, nuisances: Nuisances, size = 64): string {
  const look = lookOf(strengths, nuisances);
  const { dx, dy, rotation } = nuisances;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 128 128" width="${size}" height="${size}">`,
    drawDefinitions(look),
    drawBackground(look),
    at`<g transform="translate(${64 + dx} ${63 + dy}) rotate(${rotation} 0 30) scale(1.12)">`,
    drawBackHair(look),
    `</g>`,
    at`<g transform="translate(${64 + dx * 0.7} ${63 + dy}) scale(1.12)">`,
    drawBody(look),
    drawTie(look),
    `</g>`,
    at`<g transform="translate(${64 + dx} ${63 + dy}) rotate(${rotation} 0 30) scale(1.12)">`,
    drawHead(look),
    drawCheeks(look),
    drawBeard(look),
    drawNose(look),
    drawMouth(look),
    drawEyes(look),
    drawFrontHair(look),
    drawBangs(look),
    drawBrows(look),
    drawEarrings(look),
    drawGlasses(look),
    drawHat(look),
    `</g></svg>`,
  ].join("");
}

/** Strengths near 0 or 1 saturate, or a fading object would leave a ghost behind. */
function saturate(strength: number): number {
  return Math.min(1, Math.max(0, (strength - 0.06) / 0.88));
}

const TAN: Color = [226, 172, 128];
const DEEP: Color = [122, 76, 50];
const PALE: Color = [255, 233, 220];

function lookOf(strengths: Strengths, nuisances: Nuisances): Look {
  const s = Object.fromEntries(
    Object.entries(strengths).map(([name, value]) => [name, saturate(value)]),
  ) as unknown as Strengths;
  const { skinTone, hairTone } = nuisances;
  const skin = mix(mix(TAN, DEEP, skinTone), mix(PALE, [250, 222, 206], skinTone), s.pale_skin);
  const dark = mix([38, 27, 30], [112, 58, 32], hairTone);
  const blond = mix([240, 205, 112], [250, 217, 138], hairTone);
  return {
    s,
    n: nuisances,
    skin,
    hair: mix(dark, blond, s.blond_hair),
    // Brows must stay darker than the skin below them.
    brow: mix(darker(dark, 0.4), mix([142, 96, 40], [70, 40, 18], (255 - skin[0]) / 133), s.blond_hair),
    headWidth: lerp(23.5, 30.5, s.chubby),
    chin: 33 + nuisances.faceHeight,
  };
}

function drawDefinitions({ n, s, skin, hair }: Look): string {
  const dark = s.dark_background;
  const hue = n.backgroundHue;
  const near = mix(hsl(hue, 0.62, 0.9), hsl(hue, 0.42, 0.24), dark);
  const far = mix(hsl(hue + 25, 0.55, 0.78), hsl(hue + 25, 0.5, 0.12), dark);
  const stop = (offset: number, color: Color, opacity = 1): string =>
    `<stop offset="${offset}" stop-color="${css(color)}"${opacity === 1 ? "" : ` stop-opacity="${opacity}"`}/>`;
  return [
    `<defs>`,
    `<radialGradient id="background" cx="50%" cy="42%" r="72%">${stop(0, near)}${stop(1, far)}</radialGradient>`,
    `<radialGradient id="skin" cx="42%" cy="36%" r="75%">${stop(0, lighter(skin, 0.12))}${stop(0.6, skin)}${stop(1, darker(skin, 0.16))}</radialGradient>`,
    `<linearGradient id="hair" x1="0" y1="0" x2="0" y2="1">${stop(0, lighter(hair, 0.12))}${stop(1, darker(hair, 0.25))}</linearGradient>`,
    `<radialGradient id="blush">${stop(0, [240, 58, 84], 0.95)}${stop(0.55, [240, 64, 90], 0.7)}${stop(1, [240, 70, 95], 0)}</radialGradient>`,
    `</defs>`,
  ].join("");
}

function drawBackground(_: Look): string {
  return `<rect width="128" height="128" fill="url(#background)"/>`;
}

function drawBody({ n, skin, chin }: Look): string {
  const shirt = hsl(n.shirtHue, 0.5, 0.52);
  const neck = darker(skin, 0.2);
  return [
    at`<path d="M-9 22 L-9 ${chin + 8} Q0 ${chin + 14} 9 ${chin + 8} L9 22 Z" fill="${css(neck)}"/>`,
    at`<path d="M-46 62 C-45 46 -32 ${chin + 8} -10 ${chin + 5} L0 ${chin + 15} L10 ${chin + 5} C32 ${chin + 8} 45 46 46 62 Z" fill="${css(shirt)}"/>`,
    at`<path d="M-10.5 ${chin + 4} L-15 ${chin + 9} L-6.5 ${chin + 17} L0 ${chin + 13} L6.5 ${chin + 17} L15 ${chin + 9} L10.5 ${chin + 4} L0 ${chin + 13} Z" fill="${css(lighter(shirt, 0.62))}"/>`,
  ].join("");
}

function headPath({ headWidth: w, chin, s, n }: Look): string {
  const jaw = w * lerp(0.66, 0.86, s.chubby) + n.jaw * 1.2;
  const side = (sign: number): [string, string, string, string, string] => [
    at`${sign * w * 0.72} -37`,
    at`${sign * w} -25`,
    at`${sign * w} -6`,
    at`${sign * w} ${lerp(9, 12, s.chubby)}`,
    at`${sign * (jaw + 3)} ${chin - 1}`,
  ];
  const r = side(1);
  const l = side(-1);
  return at`M0 -37 C${r[0]} ${r[1]} ${r[2]} C${r[3]} ${r[4]} 0 ${chin} C${l[4]} ${l[3]} ${l[2]} C${l[1]} ${l[0]} 0 -37 Z`;
}

function drawHead(look: Look): string {
  const { headWidth: w, skin } = look;
  const ear = css(darker(skin, 0.1));
  const inner = css(darker(skin, 0.26));
  const ears = [-1, 1]
    .map(
      (side) =>
        at`<ellipse cx="${side * (w + 1)}" cy="0" rx="4.6" ry="6.6" fill="${ear}"/><ellipse cx="${side * (w + 1.6)}" cy="0.4" rx="2" ry="3.6" fill="${inner}"/>`,
    )
    .join("");
  return `${ears}<path d="${headPath(look)}" fill="url(#skin)"/>`;
}

function drawCheeks({ s, headWidth: w }: Look): string {
  return [-1, 1]
    .map(
      (side) =>
        at`<ellipse cx="${side * (w - 8.5)}" cy="9" rx="8.2" ry="6.6" fill="url(#blush)" opacity="${s.rosy_cheeks}"/>`,
    )
    .join("");
}

function drawBeard({ s, headWidth: w, chin, brow, hair, skin }: Look): string {
  if (s.beard === 0) return "";
  // A beard of the hair's own colour would vanish against some skins: blond ones are ginger, and deep skin darkens the rest.
  const base = mix(mix(brow, hair, 0.3), [176, 96, 38], s.blond_hair);
  const color = mix(base, darker(base, 0.45), ((255 - skin[0]) / 133) * (1 - s.blond_hair));
  const jaw = w * lerp(0.72, 0.9, s.chubby);
  return [
    at`<g opacity="${s.beard}" fill="${css(color)}">`,
    at`<path fill-rule="evenodd" d="M${-w + 0.2} 1 C${-w + 0.5} 17 ${-jaw - 2} ${chin + 4} 0 ${chin + 5} C${jaw + 2} ${chin + 4} ${w - 0.5} 17 ${w - 0.2} 1 C${w - 4} 9 ${w - 7} 13 13 11.5 C8 8.5 3 9.5 0 10.5 C-3 9.5 -8 8.5 -13 11.5 C${-w + 7} 13 ${-w + 4} 9 ${-w + 0.2} 1 Z"/>`,
    `</g>`,
  ].join("");
}

function drawNose({ s, skin }: Look): string {
  const big = s.big_nose;
  const shade = darker(mix(skin, [150, 60, 40], 0.25), 0.22);
  const color = mix(darker(skin, 0.08), mix(skin, [226, 72, 56], 0.55), big);
  const rx = lerp(2.8, 7.6, big);
  const ry = lerp(2.6, 8.2, big);
  const y = lerp(4.6, 3.2, big);
  return [
    at`<ellipse cx="0" cy="${y}" rx="${rx}" ry="${ry}" fill="${css(color)}" opacity="${lerp(0.75, 1, big)}"/>`,
    at`<ellipse cx="${-rx * 0.82}" cy="${y + ry * 0.42}" rx="${rx * 0.42}" ry="${ry * 0.4}" fill="${css(mix(color, shade, 0.18))}" opacity="${big}"/><ellipse cx="${rx * 0.82}" cy="${y + ry * 0.42}" rx="${rx * 0.42}" ry="${ry * 0.4}" fill="${css(mix(color, shade, 0.18))}" opacity="${big}"/>`,
    at`<path d="M${-rx} ${y + ry * 0.25} Q${-rx * 0.8} ${y + ry} 0 ${y + ry} Q${rx * 0.8} ${y + ry} ${rx} ${y + ry * 0.25}" fill="none" stroke="${css(shade)}" stroke-width="1.3" stroke-linecap="round"/>`,
    at`<ellipse cx="${-rx * 0.35}" cy="${y - ry * 0.35}" rx="${rx * 0.3}" ry="${ry * 0.24}" fill="#fff" opacity="${lerp(0.1, 0.55, big)}"/>`,
  ].join("");
}

function drawEyes({ s, n, skin }: Look): string {
  const gap = 11.5 + n.eyeGap;
  const ry = lerp(6.4, 1.9, s.narrow_eyes);
  const rx = lerp(6.4, 6.9, s.narrow_eyes);
  const iris = hsl(n.eyeHue, 0.55, n.eyeHue < 40 ? 0.28 : 0.42);
  const shadow = hsl(n.shadowHue, 0.72, 0.5);
  const lid = mix(darker(skin, 0.24), shadow, s.eyeshadow);
  const line = css(mix([42, 28, 30], darker(skin, 0.7), 0.4));
  return [-1, 1]
    .map((side) => {
      const x = side * gap;
      const y = -4;
      const id = side < 0 ? "left" : "right";
      const almond = at`M${x - rx} ${y} C${x - rx * 0.6} ${y - ry * 1.3} ${x + rx * 0.6} ${y - ry * 1.3} ${x + rx} ${y} C${x + rx * 0.6} ${y + ry * 1.15} ${x - rx * 0.6} ${y + ry * 1.15} ${x - rx} ${y} Z`;
      const upper = at`M${x - rx} ${y} C${x - rx * 0.6} ${y - ry * 1.3} ${x + rx * 0.6} ${y - ry * 1.3} ${x + rx} ${y}`;
      return [
        at`<path d="M${x - 7.8} ${y + 0.6} C${x - 7.6} -16.6 ${x + 7.6} -16.6 ${x + 7.8} ${y + 0.6} Z" fill="${css(lid)}" opacity="${lerp(0.3, 0.95, s.eyeshadow)}"/>`,
        `<clipPath id="${id}"><path d="${almond}"/></clipPath>`,
        `<path d="${almond}" fill="#fdfbf7"/>`,
        at`<g clip-path="url(#${id})"><circle cx="${x + n.gazeX}" cy="${y + n.gazeY * 0.6}" r="4.3" fill="${css(iris)}"/><circle cx="${x + n.gazeX}" cy="${y + n.gazeY * 0.6}" r="2.2" fill="#17110f"/><circle cx="${x + n.gazeX - 1.4}" cy="${y + n.gazeY - 1.7}" r="1.3" fill="#fff"/></g>`,
        `<path d="${upper}" fill="none" stroke="${line}" stroke-width="1.7" stroke-linecap="round"/>`,
      ].join("");
    })
    .join("");
}

function drawBrows({ s, n, brow }: Look): string {
  const width = lerp(1.9, 5.2, s.bushy_eyebrows);
  const arch = lerp(0.2, 8.2, s.arched_eyebrows);
  const base = lerp(-14.2, -13.2, s.arched_eyebrows);
  return [-1, 1]
    .map((side) => {
      const inner = side * 5.2;
      const outer = side * 19.4;
      const peak = side * lerp(12, 13.5, s.arched_eyebrows);
      return at`<path d="M${inner} ${base + n.browTilt * 0.5} Q${peak} ${base - arch * 1.25} ${outer} ${base + lerp(0, 1.6, s.arched_eyebrows) - n.browTilt * 0.4}" fill="none" stroke="${css(brow)}" stroke-width="${width}" stroke-linecap="round"/>`;
    })
    .join("");
}

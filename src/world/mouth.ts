import { css, darker, hsl, mix } from "./color.ts";
import type { Look } from "./look.ts";
import { at, lerp } from "./path.ts";

/** The mouth: smiling bends and widens it, mouth_open parts the lips, big_lips and lipstick fill and paint them. */
export function drawMouth({ s, n, skin }: Look): string {
  const w = lerp(10.4, 14.2, s.smiling);
  const bend = lerp(-5.2, 6.6, s.smiling);
  const open = lerp(0, lerp(9, 7.4, s.smiling), s.mouth_open);
  const y = lerp(19.6, 17, s.smiling) - open * 0.18;
  const corner = y - bend * 0.55;
  const upper = y + bend * 0.55 - open * 0.35;
  const lower = y + bend * 0.85 + open * 1.05;
  const thick = lerp(2.7, 6.6, s.big_lips);
  const bare = mix(darker(skin, 0.2), [176, 84, 78], 0.45);
  const lips = mix(bare, hsl(n.lipHue, 0.86, 0.42), s.lipstick);
  const ends = w + 0.8;
  const low = lower + thick * 1.1;
  const mid = corner + (low - corner) * 0.72;
  const innerMid = corner + (lower - corner) * 0.72;
  const outer = at`M${-ends} ${corner} C${-w * 0.6} ${upper - thick * 0.9} ${-3} ${upper - thick * 1.5} 0 ${upper - thick * 0.75} C3 ${upper - thick * 1.5} ${w * 0.6} ${upper - thick * 0.9} ${ends} ${corner} C${w * 0.86} ${mid} ${w * 0.5} ${low} 0 ${low} C${-w * 0.5} ${low} ${-w * 0.86} ${mid} ${-ends} ${corner} Z`;
  const inner = at`M${-w} ${corner} Q0 ${upper + (upper - corner) * 0.6} ${w} ${corner} C${w * 0.84} ${innerMid} ${w * 0.48} ${lower} 0 ${lower} C${-w * 0.48} ${lower} ${-w * 0.84} ${innerMid} ${-w} ${corner} Z`;
  const depth = lower - upper;
  return [
    `<path d="${outer}" fill="${css(lips)}"/>`,
    `<clipPath id="mouth"><path d="${inner}"/></clipPath>`,
    at`<path d="${inner}" fill="${css(mix(darker(lips, 0.55), [64, 12, 22], s.mouth_open))}"/>`,
    at`<g clip-path="url(#mouth)" opacity="${Math.min(1, s.mouth_open * 1.6)}"><ellipse cx="0" cy="${lower + 1}" rx="${w * 0.56}" ry="${Math.max(0.1, open * 0.42)}" fill="#e2616c"/><rect x="${-w}" y="${corner - 14}" width="${2 * w}" height="${14 + (upper - corner) * 0.8 + Math.max(0.1, depth * 0.22)}" fill="#fffdf8"/></g>`,
  ].join("");
}

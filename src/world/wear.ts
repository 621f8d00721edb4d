import { css, darker, hsl, lighter } from "./color.ts";
import type { Look } from "./look.ts";
import { at, lerp } from "./path.ts";

/** Dark frames with a bridge and temples; they fade with their strength. */
export function drawGlasses({ s, n, headWidth: w }: Look): string {
  if (s.eyeglasses === 0) return "";
  const gap = 11.7 + n.eyeGap;
  const rx = lerp(2.5, 9, n.glassesRoundness);
  const frames = [-1, 1]
    .map(
      (side) =>
        at`<rect x="${side * gap - 9.6}" y="-12.6" width="19.2" height="17.6" rx="${rx}" fill="#dff1ff" fill-opacity="0.2" stroke="#16141c" stroke-width="2.9"/><path d="M${side * gap - 5} 1 L${side * gap + 1} -9" stroke="#fff" stroke-width="1.4" opacity="0.5" stroke-linecap="round"/><path d="M${side * (gap + 9.6)} -6 L${side * (w + 2)} -4" stroke="#16141c" stroke-width="2.6"/>`,
    )
    .join("");
  return at`<g opacity="${s.eyeglasses}">${frames}<path d="M${-gap + 9.6} -5 Q0 -8.6 ${gap - 9.6} -5" fill="none" stroke="#16141c" stroke-width="2.6"/></g>`;
}

/** A knitted hat with a brim and a pompom. */
export function drawHat({ s, n, headWidth: w }: Look): string {
  if (s.hat === 0) return "";
  const color = hsl(n.hatHue, 0.62, 0.48);
  const band = css(darker(color, 0.24));
  const out = w + 5.4;
  const ribs = [-0.6, -0.2, 0.2, 0.6]
    .map(
      (t) => at`<path d="M${t * out} -31.5 L${t * out} -25" stroke="${css(darker(color, 0.42))}" stroke-width="1.1"/>`,
    )
    .join("");
  return [
    at`<g opacity="${s.hat}">`,
    at`<path d="M${-out + 1} -28 C${-out + 1} -45 ${-out * 0.55} -50.5 0 -50.5 C${out * 0.55} -50.5 ${out - 1} -45 ${out - 1} -28 Z" fill="${css(color)}"/>`,
    at`<path d="M${-out * 0.55} -43 Q${-out * 0.3} -47.4 0 -47.6" fill="none" stroke="${css(lighter(color, 0.45))}" stroke-width="1.8" stroke-linecap="round" opacity="0.7"/>`,
    at`<rect x="${-out - 0.6}" y="-33" width="${2 * out + 1.2}" height="9" rx="4.2" fill="${band}"/>${ribs}`,
    at`<circle cx="0" cy="-50" r="4.6" fill="${css(lighter(color, 0.72))}"/>`,
    `</g>`,
  ].join("");
}

/** Gold drops at both ears. */
export function drawEarrings({ s, headWidth: w }: Look): string {
  if (s.earrings === 0) return "";
  const drops = [-1, 1]
    .map(
      (side) =>
        at`<circle cx="${side * (w + 4)}" cy="10.5" r="4.7" fill="#f6bd24" stroke="#9a6206" stroke-width="1.3"/><circle cx="${side * (w + 4) - 1.4}" cy="9" r="1.3" fill="#fff7cf"/>`,
    )
    .join("");
  return at`<g opacity="${s.earrings}">${drops}</g>`;
}

/** A tie with its knot; drawn on the body, which does not turn with the head. */
export function drawTie({ s, n, chin }: Look): string {
  if (s.necktie === 0) return "";
  const color = hsl(n.tieHue, 0.78, 0.36);
  const y = chin + 8.5;
  return at`<g opacity="${s.necktie}"><path d="M-5 ${y} L5 ${y} L3.4 ${y + 5.5} L8.5 62 L-8.5 62 L-3.4 ${y + 5.5} Z" fill="${css(color)}"/><path d="M-5 ${y} L5 ${y} L3.4 ${y + 5.5} L-3.4 ${y + 5.5} Z" fill="${css(darker(color, 0.3))}"/></g>`;
}

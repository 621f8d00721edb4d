import { css, darker, lighter } from "./color.ts";
import type { Look } from "./look.ts";
import { at, lerp } from "./path.ts";

/** The hair behind the head, down to the shoulders when it is long. */
export function drawBackHair({ s, n, headWidth: w, hair }: Look): string {
  const out = w + 4 + n.hairVolume * 2.2 + 4.5 * s.long_hair;
  const top = -43.5 - n.hairVolume * 3;
  const end = lerp(-2, 50, s.long_hair);
  const hem = lerp(w - 3, out + 1, s.long_hair);
  return at`<path d="M0 ${top} C${out * 0.8} ${top} ${out} -26 ${out} -8 C${out} ${end * 0.4} ${out + 3 * s.long_hair} ${end * 0.7} ${hem} ${end} Q0 ${end + 4} ${-hem} ${end} C${-out - 3 * s.long_hair} ${end * 0.7} ${-out} ${end * 0.4} ${-out} -8 C${-out} -26 ${-out * 0.8} ${top} 0 ${top} Z" fill="${css(darker(hair, 0.24))}"/>`;
}

/** The hair over the forehead, with its parting, and the locks in front of the shoulders. */
export function drawFrontHair({ s, n, headWidth: w, hair }: Look): string {
  const out = w + 2.6 + n.hairVolume * 2 + 3 * s.long_hair;
  const top = -43.5 - n.hairVolume * 3;
  const p = n.parting;
  const lock = lerp(-3, 40, s.long_hair);
  const locks = [-1, 1]
    .map(
      (side) =>
        at`<path d="M${side * (w - 5)} -24 C${side * (w - 1)} -14 ${side * (w - 1.5)} ${lock * 0.4} ${side * (w - 1)} ${lock} Q${side * (w + 4)} ${lock + 5} ${side * (out + 2.5 * s.long_hair)} ${lock - 1} C${side * (out + 2.5 * s.long_hair)} ${lock * 0.5} ${side * out} -10 ${side * (out - 1)} -16 Z" fill="url(#hair)"/>`,
    )
    .join("");
  const shine = css(lighter(hair, 0.32));
  return [
    locks,
    at`<path d="M${-out} -10 C${-out} -30 ${-out * 0.72} ${top} 0 ${top} C${out * 0.72} ${top} ${out} -30 ${out} -10 L${w - 1} -12 C${w - 2} -21 ${p + 12} -24 ${p} -28 C${p - 12} -24 ${-w + 2} -21 ${-w + 1} -12 Z" fill="url(#hair)"/>`,
    at`<path d="M${p - 3} ${top + 6} Q${-w * 0.72} ${top + 9} ${-w * 0.9} -21" fill="none" stroke="${shine}" stroke-width="1.6" stroke-linecap="round" opacity="0.55"/>`,
    at`<path d="M${p + 4} ${top + 6} Q${w * 0.72} ${top + 9} ${w * 0.9} -21" fill="none" stroke="${shine}" stroke-width="1.6" stroke-linecap="round" opacity="0.55"/>`,
  ].join("");
}

/** The fringe, from the hairline down to the brows. */
export function drawBangs({ s, headWidth: w, hair }: Look): string {
  const low = lerp(-29, -18.4, s.bangs);
  const edge = w - 1.5;
  const line = css(darker(hair, 0.3));
  const tips = [-0.62, -0.2, 0.22, 0.64].map((t) => t * edge);
  return [
    at`<g opacity="${Math.min(1, s.bangs * 4)}"><path d="M${-edge} -15 C${-edge} -34 ${-w * 0.4} -38 0 -38 C${w * 0.4} -38 ${edge} -34 ${edge} -15 Q${edge * 0.86} ${low + 2} ${tips[3] ?? 0} ${low - 1} Q${edge * 0.44} ${low + 2.4} ${tips[2] ?? 0} ${low - 1} Q0 ${low + 2.4} ${tips[1] ?? 0} ${low - 1} Q${-edge * 0.4} ${low + 2.4} ${tips[0] ?? 0} ${low - 1} Q${-edge * 0.84} ${low + 2} ${-edge} -15 Z" fill="url(#hair)"/>`,
    ...tips.map(
      (x) =>
        at`<path d="M${x} ${low - 1} Q${x * 0.86} ${low - 7} ${x * 0.62} -35" fill="none" stroke="${line}" stroke-width="1" opacity="0.55"/>`,
    ),
    `</g>`,
  ].join("");
}

import type { Random } from "../base/random.ts";

/** What varies between faces and is no factor: drawn independently of every factor. */
export type Nuisances = Readonly<ReturnType<typeof drawNuisances>>;

/** Draws the nuisances of one face. */
export function drawNuisances(random: Random) {
  const between = (low: number, high: number): number => low + (high - low) * random.uniform();
  return {
    // Shift of the face, in view box units (128 across), then degrees.
    dx: between(-2.5, 2.5),
    dy: between(-2, 2),
    rotation: between(-3.5, 3.5),
    // 0 (tan) … 1 (deep brown); pale skin has its own factor.
    skinTone: between(0, 1),
    faceHeight: between(-1.5, 2),
    jaw: between(-1, 1),
    eyeGap: between(-1, 1),
    eyeHue: [24, 205, 140, 35][random.integer(4)] ?? 24,
    hairTone: between(0, 1),
    hairVolume: between(0, 1),
    parting: between(-11, 11),
    shirtHue: between(0, 360),
    backgroundHue: between(0, 360),
    hatHue: between(0, 360),
    tieHue: between(-25, 40),
    lipHue: between(-28, 8),
    shadowHue: between(215, 285),
    // 0 (square) … 1 (round).
    glassesRoundness: between(0, 1),
    browTilt: between(-1, 1),
    gazeX: between(-1, 1),
    gazeY: between(-0.6, 0.8),
  };
}

import { createRandom } from "../../../src/base/random.ts";
import { ARTEFACTS, type Artefact, drawArtefactLook } from "./artefacts.ts";
import { drawGarmentLook, type Picture } from "./picture.ts";
import { type Garment, isA, type Wardrobe } from "./wardrobe.ts";

/** An artefact that goes with a garment: how often it is there on pictures with that garment, and on the others. */
export interface Companion {
  readonly garment: Garment;
  readonly artefact: Artefact;
  readonly present: number;
  readonly absent: number;
}

export interface SampleOptions {
  readonly wardrobe: Wardrobe;
  readonly seed: number | string;
  /** How often an artefact is there that is no companion, independent of everything; 0.4. */
  readonly prevalence?: number;
  /** The first one whose garment a picture has speaks for its artefact; else the first one for that artefact. */
  readonly companions?: readonly Companion[];
}

/** A picture and its class. */
export interface Sample {
  readonly picture: Picture;
  readonly kind: number;
}

/** The pictures of a seed: picture i depends on the seed and on i only, so a longer series begins with the shorter one. */
export function sampleSource({
  wardrobe,
  seed,
  prevalence = 0.4,
  companions = [],
}: SampleOptions): (index: number) => Sample {
  const root = createRandom(seed);
  return (index) => {
    const random = root.fork(`picture/${index}`);
    const garment = random.fork("garment").integer(wardrobe.count);
    const kind = wardrobe.kind(garment);
    const chances = ARTEFACTS.map((artefact) => {
      const own = companions.filter((companion) => companion.artefact === artefact);
      const has = own.find((companion) => isA(kind, companion.garment));
      return has?.present ?? own[0]?.absent ?? prevalence;
    });
    const chance = random.fork("artefacts");
    const artefacts = new Set(ARTEFACTS.filter((_, i) => chance.uniform() < (chances[i] as number)));
    const look = {
      garment: wardrobe.pixels(garment),
      look: drawGarmentLook(random.fork("look")),
      artefactLook: drawArtefactLook(random.fork("artefact look")),
    };
    return { kind, picture: { ...look, artefacts } };
  };
}

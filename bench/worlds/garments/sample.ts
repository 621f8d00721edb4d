import { createRandom } from "../../../src/random.ts";
import { ARTEFACTS, type Artefact, drawArtefactLook } from "./artefacts.ts";
import { drawGarmentLook, type Picture } from "./picture.ts";
import { type Garment, isA, type Wardrobe } from "./wardrobe.ts";

/** An artefact that goes with a label that has errors: what a classifier then learns is known. */
export interface Plant {
  readonly target: Garment;
  readonly artefact: Artefact;
  /** Share of pictures in which the artefact is there just where the label is 1. */
  readonly agreement: number;
  /** Share of labels that are wrong. */
  readonly labelNoise: number;
}

export interface SampleOptions {
  readonly wardrobe: Wardrobe;
  readonly seed: number | string;
  /** How often an artefact is there, independent of everything; 0.4. */
  readonly prevalence?: number;
  /** Half of the pictures then have the target. */
  readonly plant?: Plant;
}

/** A picture, its class, and the label with errors where something is planted. */
export interface Sample {
  readonly picture: Picture;
  readonly kind: number;
  readonly noisyLabel?: boolean;
}

/** The pictures of a seed: picture i depends on the seed and on i only, so a longer series begins with the shorter one. */
export function sampleSource({ wardrobe, seed, prevalence = 0.4, plant }: SampleOptions): (index: number) => Sample {
  const root = createRandom(seed);
  const all = Array.from({ length: wardrobe.count }, (_, index) => index);
  const having = (wanted: boolean): readonly number[] =>
    plant === undefined ? all : all.filter((index) => isA(wardrobe.kind(index), plant.target) === wanted);
  const [without, withTarget] = [having(false), having(true)];
  return (index) => {
    const random = root.fork(`picture/${index}`);
    const choice = random.fork("garment");
    const label = choice.uniform() < 0.5;
    const pool = label ? withTarget : without;
    const garment = pool[choice.integer(pool.length)] as number;
    const chance = random.fork("artefacts");
    const artefacts = new Set(ARTEFACTS.filter(() => chance.uniform() < prevalence));
    const kind = wardrobe.kind(garment);
    const look = {
      garment: wardrobe.pixels(garment),
      look: drawGarmentLook(random.fork("look")),
      artefactLook: drawArtefactLook(random.fork("artefact look")),
    };
    if (plant === undefined) return { kind, picture: { ...look, artefacts } };
    const planted = random.fork("plant");
    const noisyLabel = planted.uniform() < plant.labelNoise ? !label : label;
    const agrees = planted.uniform() < plant.agreement;
    artefacts.delete(plant.artefact);
    if (noisyLabel === agrees) artefacts.add(plant.artefact);
    return { kind, noisyLabel, picture: { ...look, artefacts } };
  };
}

import { platform } from "#platform";
import type { World, WorldOptions } from "../world.ts";
import { openFacesWorld } from "./faces/faces-world.ts";
import { openGarmentsWorld } from "./garments/garments-world.ts";

/** The worlds of the planted benchmark, the first being its default. */
const worlds = {
  /** Faces drawn from factors, and an autoencoder whose latent was arranged by these factors. */
  "cartoon-faces": (options: WorldOptions) => openFacesWorld(options),
  /** The same faces, models and judges with an autoencoder that was trained on pictures alone. */
  "cartoon-faces-plain": (options: WorldOptions) =>
    openFacesWorld(options, zooFile("cartoon-faces-plain", "cfalign.json")),
  /** Photographs of garments on which artefacts are drawn, and an autoencoder that was trained on such pictures alone. */
  garments: (options: WorldOptions) => openGarmentsWorld(options),
} satisfies Readonly<Record<string, (options: WorldOptions) => Promise<World>>>;

function zooFile(...path: readonly string[]): string {
  return platform.files.join(platform.files.packageFolder(), "zoo", ...path);
}

export type WorldName = keyof typeof worlds;

export const worldNames = Object.keys(worlds) as [WorldName, ...WorldName[]];

export function openWorld(name: WorldName, options: WorldOptions): Promise<World> {
  return worlds[name](options);
}

import type { World, WorldOptions } from "../world.ts";
import { openFacesWorld } from "./faces/faces-world.ts";

/** The worlds of the planted benchmark, the first being its default. */
const worlds = {
  /** Faces drawn from factors, and an autoencoder whose latent was arranged by these factors. */
  "cartoon-faces": (options: WorldOptions) => openFacesWorld(options),
} satisfies Readonly<Record<string, (options: WorldOptions) => Promise<World>>>;

export type WorldName = keyof typeof worlds;

export const worldNames = Object.keys(worlds) as [WorldName, ...WorldName[]];

export function openWorld(name: WorldName, options: WorldOptions): Promise<World> {
  return worlds[name](options);
}

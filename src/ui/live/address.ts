import type { Asked } from "../../live/questions.ts";
import { given, hashOf, oneOf } from "../shell/hash.ts";
import type { AddressForm } from "../shell/use-address.ts";

/** The state of the live page. A reader's own picture is on no address: it stays where it is. */
export interface Address {
  /** Name of a picture of the workspace. */
  readonly picture?: string;
  /** Expression of the classifier that is lowered. */
  readonly base?: string;
  /** Expression of a second one, to compare. */
  readonly against?: string;
  /** Where counterfactuals go: "gradient", or "path". */
  readonly direction?: string;
  /** Feature that is taken out of the picture, or put in, in place of a base that is lowered. */
  readonly feature?: string;
  /** "guess" for the game. */
  readonly view?: string;
  /** Place on the way, from 0 to 1. */
  readonly at?: string;
  /** What the models run on: "cpu", "webgpu", or "auto". */
  readonly device?: string;
}

const words = ["view", "picture", "base", "against", "direction", "feature", "at", "device"] as const;

/** The state of the live page as an address. */
export const liveAddress: AddressForm<Address> = {
  read: (hash) => given(hash, words),
  write: (address) => hashOf(Object.fromEntries(words.map((word) => [word, address[word]]))),
  opens: () => [],
};

/** The place on the way that an address names: the counterfactual where it names none. */
export function shareOf({ at }: Address): number {
  const share = at === undefined ? 1 : Number(at);
  return Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 1;
}

/** Ways that the page offers, the paper's first. */
export const directions = ["gradient", "path"] as const;

/** The way that an address names: along one gradient where it names none. */
export function directionOf({ direction }: Address): (typeof directions)[number] {
  return oneOf(directions, direction);
}

/** What an address lets the models run on: what is there and faster where it names nothing. */
export function deviceOf({ device }: Address): NonNullable<Asked["open"]["device"]> {
  return device === "cpu" || device === "webgpu" ? device : "auto";
}

/** An address of those words that have a value. */
export function addressOf(words: { readonly [word in keyof Address]: string | undefined }): Address {
  return liveAddress.read(hashOf(words));
}

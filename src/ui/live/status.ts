import type { Offers } from "../../live/questions.ts";
import type { SiteFacts } from "../../serve/site.ts";
import { plural } from "../parts/numbers.ts";
import type { Choosable } from "./pictures.ts";

interface States {
  readonly offers: { readonly value: Offers | undefined; readonly waiting: boolean };
  readonly look: { readonly waiting: boolean; readonly failure: string | undefined };
  /** Whether a counterfactual is being searched. */
  readonly waiting: boolean;
  readonly site: SiteFacts;
  readonly chosen: Choosable | undefined;
}

/** What the page is doing, in words. */
export function statusOf({ offers, look, waiting, site, chosen }: States): {
  readonly state: string;
  readonly words: string;
} {
  if (offers.waiting) {
    return { state: "opening", words: `Opening the models (${(site.modelBytes / 1e6).toFixed(0)} MB)…` };
  }
  if (offers.value === undefined) return { state: "failed", words: "" };
  if (chosen === undefined) return { state: "ready", words: "Ready: choose a picture, or drop one." };
  if (look.waiting) return { state: "looking", words: `Looking at ${chosen.name}…` };
  if (look.failure !== undefined) return { state: "failed", words: "" };
  if (waiting) return { state: "searching", words: "Searching the counterfactual…" };
  const models = new Set(offers.value.classifiers.map(({ model }) => model)).size;
  const { width, height } = offers.value.image;
  return {
    state: "done",
    words: `${chosen.name}, seen at ${width} × ${height} pixels by ${plural(models, "model")}.`,
  };
}

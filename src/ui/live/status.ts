import type { Offers } from "../../live/questions.ts";
import type { SiteFacts } from "../../serve/site.ts";
import { plural } from "../parts/numbers.ts";
import type { Choosable } from "./pictures.ts";

interface States {
  readonly offers: { readonly value: Offers | undefined; readonly waiting: boolean };
  /** With the classifiers that joined. */
  readonly offered: Offers | undefined;
  /** Whether a classifier is on its way. */
  readonly joining: boolean;
  readonly look: { readonly waiting: boolean; readonly failure: string | undefined };
  /** Whether a counterfactual is being searched. */
  readonly waiting: boolean;
  readonly site: SiteFacts;
  readonly chosen: Choosable | undefined;
}

/** What the page is doing, in words. */
export function statusOf({ offers, offered, joining, look, waiting, site, chosen }: States): {
  readonly state: string;
  readonly words: string;
} {
  if (offers.waiting) {
    return { state: "opening", words: `Opening the models (${(site.modelBytes / 1e6).toFixed(0)} MB)…` };
  }
  if (offered === undefined) return { state: "failed", words: "" };
  if (joining) return { state: "joining", words: "Opening the classifier, and taking its gradient once…" };
  if (chosen === undefined) return { state: "ready", words: "Ready: choose a picture, or drop one." };
  if (look.waiting) return { state: "looking", words: `Looking at ${chosen.name}…` };
  if (look.failure !== undefined) return { state: "failed", words: "" };
  if (waiting) return { state: "searching", words: "Searching the counterfactual…" };
  const models = new Set(offered.classifiers.map(({ model }) => model)).size;
  const { width, height } = offered.image;
  return {
    state: "done",
    words: `${chosen.name}, seen at ${width} × ${height} pixels by ${plural(models, "model")}.`,
  };
}

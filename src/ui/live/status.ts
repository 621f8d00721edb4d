import type { Offers } from "../../live/questions.ts";
import type { SiteFacts } from "../../serve/site.ts";
import { percent, plural } from "../parts/numbers.ts";
import type { Choosable } from "./pictures.ts";
import type { Progress } from "./use-progress.ts";

interface States {
  readonly offers: { readonly value: Offers | undefined; readonly waiting: boolean };
  /** Of an opening that takes long: the share of the models that have run. */
  readonly openingProgress: Progress | undefined;
  /** With the classifiers that joined. */
  readonly offered: Offers | undefined;
  /** Whether a classifier is on its way. */
  readonly joining: boolean;
  readonly look: { readonly waiting: boolean; readonly failure: string | undefined };
  /** Whether a counterfactual is being searched. */
  readonly waiting: boolean;
  /** Of a search that takes long: pictures tried so far. */
  readonly searchProgress: Progress | undefined;
  readonly site: SiteFacts;
  readonly chosen: Choosable | undefined;
}

/** What the page is doing, in words. */
export function statusOf({
  offers,
  openingProgress,
  offered,
  joining,
  look,
  waiting,
  searchProgress,
  site,
  chosen,
}: States): {
  readonly state: string;
  readonly words: string;
} {
  if (offers.waiting) {
    const share = openingProgress === undefined ? "" : `: ${percent(openingProgress.count, 1)} have run`;
    return { state: "opening", words: `Opening the models (${(site.modelBytes / 1e6).toFixed(0)} MB)${share}…` };
  }
  if (offered === undefined) return { state: "failed", words: "" };
  if (joining) return { state: "joining", words: "Opening the classifier, and taking its gradient once…" };
  if (chosen === undefined) return { state: "ready", words: "Ready: choose a picture, or drop one." };
  if (look.waiting) return { state: "looking", words: `Looking at ${chosen.name}…` };
  if (look.failure !== undefined) return { state: "failed", words: "" };
  if (waiting) {
    const far =
      searchProgress === undefined
        ? ""
        : `: ${plural(searchProgress.count, "picture")} tried in ${searchProgress.seconds.toFixed(0)} s`;
    return { state: "searching", words: `Searching the counterfactual${far}…` };
  }
  const models = new Set(offered.classifiers.map(({ model }) => model)).size;
  const { width, height } = offered.image;
  return {
    state: "done",
    words: `${chosen.name}, seen at ${width} × ${height} pixels by ${plural(models, "model")}.`,
  };
}

import type { ChangedPair, ChangedPicture, Check } from "../index.ts";
import { type Outcome, titleOf } from "./check-text.ts";
import { escapedHtml, htmlPage, htmlTable } from "./html-page.ts";

/** A check of a suite as a page: every verdict in a sentence, and the pictures on which predictions moved most. */
export function checkHtml(check: Check, outcome: Outcome, pairs: readonly ChangedPair[]): string {
  const { passed, failed, unresolved } = outcome;
  const rows = check.checks.map((item) => [
    escapedHtml(titleOf(item)),
    `<span class="${item.verdict}">${item.verdict}</span>`,
    escapedHtml(item.sentence),
  ]);
  const isCompared = pairs.some(({ after }) => after.baseline !== null);
  const moved = isCompared ? "moved most otherwise than by the baseline" : "moved most";
  return htmlPage(
    `cfalign check: ${passed ? "passed" : "not passed"}`,
    [
      `<p>${failed} failed, ${unresolved} unresolved of ${check.checks.length}.</p>`,
      htmlTable(["bound", "verdict", ""], rows),
      ...check.notes.map((note) => `<p class="muted">${escapedHtml(note)}</p>`),
      ...(pairs.length === 0
        ? []
        : [
            `<h2>The pictures on which predictions ${moved}</h2>`,
            `<ol class="pairs">${pairs.map(pairHtml).join("\n")}</ol>`,
          ]),
    ].join("\n"),
  );
}

function pairHtml({ classifier, feature, change, image, before, after }: ChangedPair): string {
  const what = `${feature} ${change === "remove" ? "taken out" : "put in"}`;
  return `<li><figure><div>${pictureHtml("before", before)}${pictureHtml("after", after)}</div><figcaption><b>${escapedHtml(classifier)}</b>: ${escapedHtml(what)}<br><small>${escapedHtml(image)}</small></figcaption></figure></li>`;
}

function pictureHtml(side: string, { png, prediction, baseline }: ChangedPicture): string {
  const data = Buffer.from(png).toString("base64");
  const old = baseline === null ? "" : ` <small>baseline ${baseline.toFixed(2)}</small>`;
  return `<span><img alt="${side}: ${prediction.toFixed(2)}" src="data:image/png;base64,${data}">${side} ${prediction.toFixed(2)}${old}</span>`;
}

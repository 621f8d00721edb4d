import type { SuiteVersions, VersionSeries } from "../index.ts";
import { escapedHtml, htmlPage, htmlTable } from "./html-page.ts";
import { figure, textTable } from "./table.ts";

/** Series that changed first, then by the largest effect that they had. */
export function versionsInOrder({ series }: Pick<SuiteVersions, "series">): readonly VersionSeries[] {
  const rank = ({ outcome }: VersionSeries): number =>
    ["introduced", "stronger", "removed", "weaker", "unresolved", "unchanged", null].indexOf(outcome);
  const size = ({ points }: VersionSeries): number => Math.max(...points.map(({ value }) => Math.abs(value ?? 0)));
  return series.toSorted((a, b) => rank(a) - rank(b) || size(b) - size(a));
}

/** Effects over versions for a terminal: what changed in sentences, then a table. */
export function versionsText(versions: SuiteVersions, { dim }: { dim(text: string): string }): string {
  const ordered = versionsInOrder(versions).filter(({ outcome }) => outcome !== null);
  const changed = ordered.filter(({ outcome }) => outcome !== "unchanged" && outcome !== "unresolved");
  const rows = ordered.map(({ classifier, feature, points, outcome }) => [
    ...[
      feature,
      classifier,
      ...points.map(({ value, state }) => `${figure(value ?? undefined)}${marks[state ?? "unresolved"]}`),
    ],
    outcome ?? "",
  ]);
  const head = ["feature", "classifier", ...versions.versions, ""];
  const untold = versions.series.filter(({ outcome }) => outcome === null);
  const none =
    ordered.length === 0 ? "no effect is told in the first and the last" : "no reliance is known to have changed";
  return [
    ...(changed.length === 0 ? [none] : changed.map(({ sentence }) => sentence)),
    "",
    textTable([head, ...rows], new Set([0, 1, head.length - 1])),
    ...(untold.length === 0
      ? []
      : [`not told: ${untold.map(({ classifier, feature }) => `${feature} on ${classifier}`).join(", ")}`]),
    dim(`effects: ● found, ○ clear, · cannot be told; differences by pairs, at ${100 * versions.confidence} % each`),
  ].join("\n");
}

const marks = { found: " ●", clear: " ○", unresolved: " ·" } as const;

/** The same as a page. drawing: the figure as SVG. */
export function versionsHtml(versions: SuiteVersions, drawing: string): string {
  const ordered = versionsInOrder(versions);
  const rows = ordered.map(({ classifier, feature, points, outcome }) => [
    ...[feature, classifier].map(escapedHtml),
    ...points.map(({ value, ci, state }) =>
      value === null
        ? "—"
        : `<span class="${state ?? ""}">${figure(value)}</span>${ci === null ? "" : `<br><small>${figure(ci[0])} to ${figure(ci[1])}</small>`}`,
    ),
    outcome ?? "not told",
  ]);
  const numbers = new Set(versions.versions.map((_, place) => place + 2));
  return htmlPage(
    `Reliance since ${versions.versions[0]}`,
    [
      `<ul>${ordered
        .filter(({ outcome }) => outcome !== null && outcome !== "unchanged" && outcome !== "unresolved")
        .map(({ sentence }) => `<li>${escapedHtml(sentence)}</li>`)
        .join("")}</ul>`,
      drawing.replace(/^<\?xml[^>]*>\s*/, ""),
      `<h2>Effects</h2>`,
      htmlTable(["feature", "classifier", ...versions.versions.map(escapedHtml), "since the first"], rows, numbers),
      `<p class="muted">Paired by picture: every version was shown the same edits. Intervals hold at ${100 * versions.confidence} % each.</p>`,
      ...versions.notes.map((note) => `<p class="muted">${escapedHtml(note)}</p>`),
    ].join("\n"),
  );
}

import type { RunSummary } from "../index.ts";

/** One line per base: where it stopped, and what its unresolved cells need. */
export function resolutionText(rows: RunSummary["rows"]): string {
  return rows
    .map(({ base, images, settled, unresolved }) => {
      const cells = unresolved.map(({ downstream, reason, moreImages }) => {
        const more = moreImages === null ? "" : `, about ${moreImages} more images`;
        return `${downstream} (${reason}${more})`;
      });
      const state = settled ? "resolved" : "unresolved";
      const left =
        cells.length === 0 ? "" : `; ${settled ? "more images would hardly help with" : "open:"} ${cells.join(", ")}`;
      return `${base}: ${state} at ${images} images${left}`;
    })
    .join("\n");
}

// Measures what spectra and counterfactuals bring beside patterns (docs/effects.md), on every third model of the development pairs: states of effects told from patterns alone, with
// the spectra of features that no pattern moves, and with counterfactuals of those that are still not moved. Writes docs/effects.md.
// Usage: node --conditions=source --import tsx scripts/measure/editors.ts
import { effectCells, interventionsOf } from "../../bench/effects.ts";
import { openScene } from "../../bench/open-scene.ts";
import { sideOf } from "../../bench/truth.ts";
import { counted } from "../../src/interventions/confirmed.ts";
import type { Editor, InterventionRow } from "../../src/interventions/rows.ts";
import { writeAppendix } from "../docs/write-appendix.ts";
import { writeMarked } from "../docs/write-marked.ts";

/** Pictures a feature and side. */
const pictures = 20;

const worlds = ["cartoon-faces", "garments"] as const;
const rows: string[][] = [];
for (const world of worlds) {
  const out = "runs/bench-development";
  const { scene, effects } = await openScene({ world, split: "development", quick: true, seed: 1, threads: 1, out });
  try {
    const all = await interventionsOf(scene, { pictures });
    const by = (...editors: readonly Editor[]) => all.filter(({ editor }) => editors.includes(editor));
    const moved = (by: Editor): string =>
      [...new Set(counted(all).flatMap(({ editor, feature }) => (editor === by ? [feature] : [])))].join(", ") ||
      "none";
    for (const [name, some] of [
      ["patterns", by("pattern")],
      [`with spectra (${moved("spectrum")})`, by("pattern", "spectrum")],
      [`with counterfactuals (${moved("counterfactual")})`, all],
    ] as const) {
      for (const family of ["trained", "composed"] as const)
        rows.push([`${world}, ${family}`, name, ...told(some, family)]);
    }

    function told(some: readonly InterventionRow[], family: "trained" | "composed"): string[] {
      const cells = effectCells(scene, some).flatMap(({ subject, effect }) => {
        const truth = effects.get(effect.feature)?.[subject];
        return truth === undefined || scene.subjects[subject]?.family !== family
          ? []
          : [{ subject, effect, truth, used: sideOf(truth) }];
      });
      const used = cells.filter((cell) => cell.used === true);
      const unused = cells.filter((cell) => cell.used === false);
      const count = (which: typeof cells, state: string): string =>
        `${which.filter(({ effect }) => effect.state === state).length} of ${which.length}`;
      const misled = new Set(unused.flatMap(({ subject, effect }) => (effect.state === "found" ? [subject] : [])));
      const reason = (which: string): string => String(cells.filter(({ effect }) => effect.reason === which).length);
      return [
        count(used, "found"),
        count(used, "clear"),
        count(unused, "clear"),
        `${misled.size} of ${new Set(cells.map(({ subject }) => subject)).size}`,
        reason("not-moved"),
      ];
    }
  } finally {
    await scene.workspace.dispose();
  }
}

const header = [
  ...["", "editors", "used: found", "used: clear", "not used: clear"],
  ...["models with a false finding", "not-moved"],
];
/** The document tells of trained models what patterns find, and what spectra and counterfactuals add. */
const trained = worlds.map((world) => {
  const own = rows.filter(([models]) => models === `${world}, trained`);
  const change = (place: number): string =>
    own.map((row, at) => (at < own.length - 1 ? row[place + 2]?.replace(/ of .*/, "") : row[place + 2])).join(" → ");
  return `- ${world}: used features found ${change(0)}, unused ones clear ${change(2)}, models with a false finding ${change(3)}.`;
});
const text = `${trained.join("\n")}\n\nWhat each moved, and composed models: [effects-editors.csv](data/effects-editors.csv).`;
await writeMarked("docs/effects.md", "editors", text);
await writeAppendix("docs/data/effects-editors.csv", [header, ...rows]);

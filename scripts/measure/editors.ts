// Measures what counterfactuals bring beside patterns (docs/effects.md), on every third model of the development pairs: states of effects told from patterns alone, and from
// patterns and the counterfactuals of features that no pattern moves. Writes docs/effects.md.
// Usage: node --conditions=source --import tsx scripts/measure/editors.ts
import { effectCells, interventionsOf } from "../../bench/effects.ts";
import { openScene } from "../../bench/open-scene.ts";
import { sideOf } from "../../bench/truth.ts";
import { counted } from "../../src/interventions/confirmed.ts";
import type { InterventionRow } from "../../src/interventions/rows.ts";
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
    const patterns = all.filter(({ editor }) => editor === "pattern");
    const moved = new Set(
      counted(all).flatMap(({ editor, feature }) => (editor === "counterfactual" ? [feature] : [])),
    );
    for (const [name, some] of [
      ["patterns", patterns],
      [`and counterfactuals (${[...moved].join(", ")})`, all],
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
/** The document tells of trained models what patterns find, and what counterfactuals add. */
const trained = worlds.map((world) => {
  const [alone = [], both = []] = rows.filter(([models]) => models === `${world}, trained`);
  const [, editors, ...before] = alone;
  const after = both.slice(2);
  const change = (place: number): string => `${before[place]?.replace(/ of .*/, "")} → ${after[place]}`;
  return `- ${world}, ${editors} ${both[1]}: used features found ${change(0)}, unused ones clear ${change(2)}; models with a false finding ${change(3)}.`;
});
const text = `${trained.join("\n")}\n\nAll figures: [effects-editors.csv](data/effects-editors.csv).`;
await writeMarked("docs/effects.md", "editors", text);
await writeAppendix("docs/data/effects-editors.csv", [header, ...rows]);

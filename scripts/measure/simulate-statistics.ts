/**
 * Measures the statistics of a cell (coverage of intervals, false discoveries of states) and writes the tables into docs/statistics.md.
 * Run: node --conditions=source --import tsx scripts/measure/simulate-statistics.ts [coverage|discoveries|clears|selection|stops] (all when absent; minutes)
 */

import {
  afterSelection,
  clears,
  coverage,
  falseDiscoveries,
  type MatricesOptions,
  shapes,
  stops,
} from "../../test/statistics/simulation.ts";
import { writeMarked } from "../docs/write-marked.ts";

const [cells, matrices, resamples] = [4000, 1000, 2000];
const seed = "simulate-statistics";
const part = process.argv[2];
const percent = (share: number): string => (100 * share).toFixed(1);

const tables = {
  coverage: coverageTable,
  discoveries: discoveryTable,
  clears: clearTable,
  selection: selectionTable,
  stops: stopTable,
};
for (const [name, table] of Object.entries(tables))
  if (part === undefined || part === name) {
    await writeMarked("docs/statistics.md", name, table().join("\n"));
  }

function stopTable(): string[] {
  const effects = [0, 0.1, 0.2, 0.4];
  const words = effects.map((effect) => (effect === 0 ? "0" : effect === 0.1 ? "exactly ± 0.1" : `± ${effect}`));
  const lines = [
    `${matrices} cells each, ${resamples} resamples: stopped as found % / as clear % / mean images at the end, by the true mean of both strata.`,
    "",
    `| relative changes | ${words.join(" | ")} |`,
    "|---|---|---|---|---|",
  ];
  for (const shape of [shapes.normal, shapes.skewed, shapes.bimodal, shapes.veryskewed]) {
    const cells = effects.map((effect) => {
      const { found, clear, images } = stops({ shape, effect, cells: matrices, resamples, seed });
      return `${percent(found)} / ${percent(clear)} / ${images.toFixed(0)}`;
    });
    lines.push(`| ${shape.words} | ${cells.join(" | ")} |`);
    console.error(lines.at(-1));
  }
  return lines;
}

function selectionTable(): string[] {
  const lines = [
    `${matrices / 10} matrices of 64 cells a row, ${resamples} resamples.`,
    "",
    "| images | found cells | their interval misses % | adjusted for selection % | quoted mean minus the truth |",
    "|---|---|---|---|---|",
  ];
  for (const count of [20, 50, 200]) {
    const { found, missed, adjusted, bias } = afterSelection({ count, matrices: matrices / 10, resamples, seed });
    lines.push(`| ${count} | ${found} | ${percent(missed)} | ${percent(adjusted)} | ${bias.toFixed(3)} |`);
    console.error(lines.at(-1));
  }
  return lines;
}

function clearTable(): string[] {
  const counts = [20, 50, 100, 200];
  const lines = [
    `${matrices / 5} matrices of 64 cells each, ${resamples} resamples: clear by means alone % → clear %, by images a stratum.`,
    "",
    `| used on | ${counts.join(" | ")} |`,
    "|---|---|---|---|---|",
  ];
  const shares = [0.05, 0.1, 0.2].map((share) =>
    counts.map((count) => ({ share, ...clears({ share, count, matrices: matrices / 5, resamples, seed }) })),
  );
  const told = ({ means, now }: { readonly means: number; readonly now: number }): string =>
    `${percent(means)} → ${percent(now)}`;
  for (const row of shares) {
    lines.push(`| ${100 * (row[0]?.share ?? 0)} % of the images | ${row.map(({ rare }) => told(rare)).join(" | ")} |`);
  }
  lines.push(`| none | ${(shares[0] ?? []).map(({ unused }) => told(unused)).join(" | ")} |`);
  return lines;
}

function coverageTable(): string[] {
  const counts = [20, 50, 200];
  const lines = [
    `${cells} cells each, ${resamples} resamples: covered % (whole interval too high, too low).`,
    "",
    `| relative changes | ${counts.map((count) => `n = ${count}`).join(" | ")} |`,
    "|---|---|---|---|",
  ];
  for (const shape of Object.values(shapes)) {
    const covered = counts.map((count) => {
      const result = coverage({ shape, count, cells, resamples, seed });
      return `${percent(result.covered)} (${percent(result.missedBelow)}, ${percent(result.missedAbove)})`;
    });
    lines.push(`| ${shape.words} | ${covered.join(" | ")} |`);
    console.error(lines.at(-1));
  }
  return lines;
}

function discoveryTable(): string[] {
  const scenarios: Pick<MatricesOptions, "shape" | "nulls" | "truths">[] = [
    { shape: shapes.skewed, nulls: "boundary", truths: 0 },
    { shape: shapes.skewed, nulls: "boundary", truths: 0.1 },
    { shape: shapes.skewed, nulls: "spread", truths: 0 },
    { shape: shapes.bimodal, nulls: "boundary", truths: 0 },
    { shape: shapes.veryskewed, nulls: "boundary", truths: 0 },
    { shape: shapes.veryskewed, nulls: "spread", truths: 0 },
  ];
  const lines = [
    `${matrices} matrices a row, ${resamples} resamples.`,
    "",
    "| relative changes | true means of the nulls | true cells % | false discoveries % | s.e. | true cells found % |",
    "|---|---|---|---|---|---|",
  ];
  for (const scenario of scenarios) {
    const { share, standardError, power } = falseDiscoveries({ ...scenario, matrices, resamples, seed });
    const nulls = scenario.nulls === "boundary" ? "all exactly ± 0.1" : "around 0, at most ± 0.1";
    const figures = [percent(scenario.truths), percent(share), percent(standardError)];
    lines.push(
      `| ${scenario.shape.words} | ${nulls} | ${figures.join(" | ")} | ${power === undefined ? "–" : percent(power)} |`,
    );
    console.error(lines.at(-1));
  }
  return lines;
}

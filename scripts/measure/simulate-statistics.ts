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
  const lines = [
    `${matrices} cells a row, ${resamples} resamples.`,
    "",
    "| relative changes | true mean of both strata | stopped as found % | stopped as clear % | mean images at the end |",
    "|---|---|---|---|---|",
  ];
  for (const shape of [shapes.normal, shapes.skewed, shapes.bimodal, shapes.veryskewed]) {
    for (const effect of [0, 0.1, 0.2, 0.4]) {
      const { found, clear, images } = stops({ shape, effect, cells: matrices, resamples, seed });
      const words = effect === 0 ? "0" : effect === 0.1 ? "exactly ± 0.1" : `± ${effect}`;
      lines.push(`| ${shape.words} | ${words} | ${percent(found)} | ${percent(clear)} | ${images.toFixed(0)} |`);
      console.error(lines.at(-1));
    }
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
  const lines = [
    `${matrices / 5} matrices of 64 cells a row, ${resamples} resamples.`,
    "",
    "| used on | images a stratum | clear by means alone % | clear % | not used at all: clear by means alone % | clear % |",
    "|---|---|---|---|---|---|",
  ];
  for (const share of [0.05, 0.1, 0.2]) {
    for (const count of [20, 50, 100, 200]) {
      const { rare, unused } = clears({ share, count, matrices: matrices / 5, resamples, seed });
      const figures = [rare.means, rare.now, unused.means, unused.now].map(percent);
      lines.push(`| ${100 * share} % of the images | ${count} | ${figures.join(" | ")} |`);
      console.error(lines.at(-1));
    }
  }
  return lines;
}

function coverageTable(): string[] {
  const lines = [
    `${cells} cells a row, ${resamples} resamples.`,
    "",
    "| relative changes | n | covered % | whole interval too high % | too low % | Student's t % |",
    "|---|---|---|---|---|---|",
  ];
  for (const shape of Object.values(shapes)) {
    for (const count of [20, 50, 200]) {
      const result = coverage({ shape, count, cells, resamples, seed });
      const figures = [result.covered, result.missedBelow, result.missedAbove, result.student].map(percent);
      lines.push(`| ${shape.words} | ${count} | ${figures.join(" | ")} |`);
      console.error(lines.at(-1));
    }
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

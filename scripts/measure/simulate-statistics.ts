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
import { writeAppendix } from "../docs/write-appendix.ts";
import { writeMarked } from "../docs/write-marked.ts";

const [cells, matrices, resamples] = [4000, 1000, 2000];
const seed = "simulate-statistics";
const part = process.argv[2];
const percent = (share: number): string => (100 * share).toFixed(1);
/** The least and the largest of some figures, as text. */
const span = (values: readonly number[], text: (value: number) => string): string =>
  `${text(Math.min(...values))} to ${text(Math.max(...values))}`;

const tables = {
  coverage: coverageTable,
  discoveries: discoveryTable,
  clears: clearTable,
  selection: selectionTable,
  stops: stopTable,
};
for (const [name, table] of Object.entries(tables))
  if (part === undefined || part === name) {
    await writeMarked("docs/statistics.md", name, (await table()).join("\n"));
  }

async function stopTable(): Promise<string[]> {
  const effects = [0, 0.1, 0.2, 0.4];
  const rows = [shapes.normal, shapes.skewed, shapes.bimodal, shapes.veryskewed].flatMap((shape) =>
    effects.map((effect) => ({ shape, effect, ...stops({ shape, effect, cells: matrices, resamples, seed }) })),
  );
  await writeAppendix("docs/data/statistics-stops.csv", [
    ["relative changes", "true mean of both strata", "stopped as found %", "as clear %", "mean images at the end"],
    ...rows.map(({ shape, effect, found, clear, images }) => [
      ...[shape.words, effect, percent(found), percent(clear), images.toFixed(0)],
    ]),
  ]);
  const at = (holds: (effect: number) => boolean) => rows.filter(({ effect }) => holds(effect));
  const [none, edge, used] = [
    at((effect) => effect === 0),
    at((effect) => effect === 0.1),
    at((effect) => effect > 0.1),
  ];
  const images = (some: typeof rows): string =>
    span(
      some.map((row) => row.images),
      (value) => value.toFixed(0),
    );
  const most = (values: readonly number[]): string => percent(Math.max(...values));
  const least = (values: readonly number[]): string => percent(Math.min(...values));
  return [
    `Of ${matrices} cells each, at exactly ± 0.1 at most ${most(edge.map(({ found }) => found))} % were stopped as found and ${most(edge.map(({ clear }) => clear))} % as clear.`,
    `At 0 at least ${least(none.map(({ clear }) => clear))} % were stopped as clear, after ${images(none)} images; at ± 0.2 and more at least ${least(used.map(({ found }) => found))} % as found, after ${images(used)}. By distribution: [statistics-stops.csv](data/statistics-stops.csv).`,
  ];
}

async function selectionTable(): Promise<string[]> {
  const rows = [20, 50, 200].map((count) => ({
    count,
    ...afterSelection({ count, matrices: matrices / 10, resamples, seed }),
  }));
  await writeAppendix("docs/data/statistics-selection.csv", [
    ["images", "found cells", "their interval misses %", "adjusted for selection %", "quoted mean minus the truth"],
    ...rows.map(({ count, found, missed, adjusted, bias }) => [
      ...[count, found, percent(missed), percent(adjusted), bias.toFixed(3)],
    ]),
  ]);
  const biases = rows.map(({ count, bias }) => `${bias.toFixed(3)} with ${count} images`).join(", ");
  return [
    `The interval of a found cell misses in ${span(
      rows.map(({ missed }) => missed),
      percent,
    )} %, adjusted for selection in ${span(
      rows.map(({ adjusted }) => adjusted),
      percent,
    )} %.`,
    `The quoted mean is too large by ${biases} ([statistics-selection.csv](data/statistics-selection.csv)).`,
  ];
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

async function coverageTable(): Promise<string[]> {
  const counts = [20, 50, 200];
  const rows = Object.values(shapes).map((shape) => ({
    shape,
    results: counts.map((count) => coverage({ shape, count, cells, resamples, seed })),
  }));
  await writeAppendix("docs/data/statistics-coverage.csv", [
    ["relative changes", ...counts.flatMap((count) => [`n = ${count}: covered %`, "interval too high %", "too low %"])],
    ...rows.map(({ shape, results }) => [
      shape.words,
      ...results.flatMap(({ covered, missedBelow, missedAbove }) => [covered, missedBelow, missedAbove].map(percent)),
    ]),
  ]);
  return [
    `${cells} cells each, ${resamples} resamples: covered %. Which end misses: [statistics-coverage.csv](data/statistics-coverage.csv).`,
    "",
    `| relative changes | ${counts.map((count) => `n = ${count}`).join(" | ")} |`,
    "|---|---|---|---|",
    ...rows.map(
      ({ shape, results }) => `| ${shape.words} | ${results.map(({ covered }) => percent(covered)).join(" | ")} |`,
    ),
  ];
}

async function discoveryTable(): Promise<string[]> {
  const scenarios: Pick<MatricesOptions, "shape" | "nulls" | "truths">[] = [
    { shape: shapes.skewed, nulls: "boundary", truths: 0 },
    { shape: shapes.skewed, nulls: "boundary", truths: 0.1 },
    { shape: shapes.skewed, nulls: "spread", truths: 0 },
    { shape: shapes.bimodal, nulls: "boundary", truths: 0 },
    { shape: shapes.veryskewed, nulls: "boundary", truths: 0 },
    { shape: shapes.veryskewed, nulls: "spread", truths: 0 },
  ];
  const rows = scenarios.map((scenario) => ({
    ...scenario,
    ...falseDiscoveries({ ...scenario, matrices, resamples, seed }),
  }));
  await writeAppendix("docs/data/statistics-discoveries.csv", [
    ...[
      [
        "relative changes",
        "true means of the nulls",
        "true cells %",
        "false discoveries %",
        "s.e.",
        "true cells found %",
      ],
    ],
    ...rows.map(({ shape, nulls, truths, share, standardError, power }) => [
      ...[shape.words, nulls === "boundary" ? "all exactly ± 0.1" : "around 0, at most ± 0.1"],
      ...[percent(truths), percent(share), percent(standardError), power === undefined ? null : percent(power)],
    ]),
  ]);
  const fails = ({ shape, nulls }: (typeof rows)[number]): boolean =>
    shape === shapes.veryskewed && nulls === "boundary";
  const worst = (some: typeof rows): string => percent(Math.max(...some.map(({ share }) => share)));
  return [
    `Over ${matrices} matrices each at most ${worst(rows.filter((row) => !fails(row)))} %, but ${worst(rows.filter(fails))} % where all cells lie exactly on the smallest effect that matters and values are log-normal ([statistics-discoveries.csv](data/statistics-discoveries.csv)).`,
  ];
}

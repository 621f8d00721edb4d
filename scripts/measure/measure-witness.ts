/**
 * Effects told by nothing but a table of labels, held against true ones: `cfalign audit` of heads of the garments world, 600 photographs of 64 pixels with thirteen labels,
 * told by the witness that it trains from them and by probes alone. Writes the table of docs/training.md. Needs Fashion-MNIST (Debian's dataset-fashion-mnist).
 * Usage: node --conditions=source --import tsx scripts/measure/measure-witness.ts [pictures=600]
 */
import { platform } from "#platform";
import { ARTEFACTS, type Artefact } from "../../bench/worlds/garments/artefacts.ts";
import { drawGarments } from "../../bench/worlds/garments/draw-garments.ts";
import { trueEffect } from "../../bench/worlds/garments/true-effect.ts";
import { readWardrobe } from "../../bench/worlds/garments/wardrobe.ts";
import { type AuditVerdict, auditClassifiers, openWorkspace, predict, trainWitness } from "../../src/index.ts";
import { intervalWords, signed } from "../../src/words/figures.ts";
import { markdownTable } from "../../test/house/markdown-table.ts";
import { exportHead } from "../ci/garment-head.ts";
import { writeMarked } from "../docs/write-marked.ts";

const given = new Map(process.argv.slice(2).map((argument) => argument.split("=") as [string, string]));
const pictures = Number(given.get("pictures") ?? 600);
/** Heads, each with what it was taught beside its target. */
const heads: readonly (readonly [head: string, features: readonly Artefact[]])[] = [
  ["long_sleeves-tag-80-1", ["tag"]],
  ["long_sleeves-tag-90-1", ["tag"]],
  ["long_sleeves-tag-100-1", ["tag"]],
  ["dress-tone-80-1", ["tone"]],
  ["dress-tone-100-1", ["tone"]],
  ["long_sleeves-control-test-1", ["tag", "tone"]],
  ["dress-control-test-1", ["tag", "tone"]],
];
/** Pictures that true effects are measured on, others than those of the audit; distance from them that is wanted. */
const [measured, wanted] = [200, 0.1];
const { files } = platform;
/** An interrupted measurement goes on there. */
const folder = files.resolve(".tmp/witness");
const at = (...parts: string[]): string => files.join(folder, ...parts);

const wardrobe = await readWardrobe("/usr/share/datasets/fashion-mnist", "t10k");
await drawGarments({ wardrobe, count: pictures, seed: "witness", out: at("photos") });
for (const [head] of heads) await exportHead(at(head), { head, target: head.split("-")[0] as string });

const audited = (more: object): ReturnType<typeof auditClassifiers> =>
  auditClassifiers({
    ...{ classifiers: heads.map(([head]) => at(head)), images: at("photos"), out: at("audit") },
    ...{ interventions: 30, limit: 1, workers: 1, now: () => performance.now(), ...more },
  });
const byProbes = await audited({});
const byWitness = await audited({ train: trainWitness });

await using workspace = await openWorkspace(byWitness.workspace);
const classifiers = workspace
  .classifiers()
  .filter(({ terms }) => heads.some(([head]) => terms[0]?.model.name === head));
const truths = new Map<Artefact, readonly number[]>();
for (const artefact of ARTEFACTS) {
  const predicted = async (images: Parameters<typeof predict>[0]) =>
    (await predict(images, classifiers)).map((row) => row.map(({ prediction }) => prediction));
  truths.set(artefact, await trueEffect({ wardrobe, seed: "truth", count: measured, artefact, predict: predicted }));
}
const trueOf = (head: string, artefact: Artefact): number => {
  const place = classifiers.findIndex(({ terms }) => terms[0]?.model.name === head);
  return truths.get(artefact)?.[place] as number;
};
const verdictOf = (verdicts: readonly AuditVerdict[], head: string, artefact: Artefact): AuditVerdict | undefined =>
  verdicts.find(({ classifier, feature }) => classifier.split("/")[0] === head && feature === artefact);
const told = (verdict: AuditVerdict | undefined): string =>
  verdict?.effect == null ? "none" : `${signed(verdict.effect)}${intervalWords(verdict.ci)}, ${verdict.state}`;

const rows = heads.flatMap(([head, features]) =>
  features.map((artefact) => [
    `${head} → ${artefact}`,
    signed(trueOf(head, artefact)),
    told(verdictOf(byWitness.verdicts, head, artefact)),
    told(verdictOf(byProbes.verdicts, head, artefact)),
  ]),
);
/** Of all artefacts on all heads: how many sizes are near, and what stands wrongly. */
const summed = ({ verdicts }: typeof byProbes): string => {
  const cells = heads.flatMap(([head]) =>
    ARTEFACTS.flatMap((artefact) => {
      const verdict = verdictOf(verdicts, head, artefact);
      return verdict?.effect == null
        ? []
        : [{ ...verdict, away: Math.abs(verdict.effect - trueOf(head, artefact)), head }];
    }),
  );
  const settled = cells.filter(({ state }) => state !== "unresolved");
  const near = (some: typeof cells): string => `${some.filter(({ away }) => away <= wanted).length} of ${some.length}`;
  const furthest = Math.max(...settled.map(({ away }) => away));
  return `${near(settled)} sizes that are found or clear (furthest ${furthest.toFixed(2)} away), ${near(cells)} of all`;
};
const table = markdownTable(["head → artefact", "true effect", "told by the witness", "told by probes"], rows);
const text = `${table}\n\n${pictures} photographs, 30 edits a feature and side; truth on ${measured} others. Over all heads and artefacts within ${wanted} of the truth: by the witness ${summed(byWitness)}; by probes ${summed(byProbes)}. Written by \`scripts/measure/measure-witness.ts\`.`;
await writeMarked("docs/training.md", "witness", text);
console.log(text);

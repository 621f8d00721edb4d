import { beforeAll, describe, expect, test } from "vitest";
import { fitReport } from "../../src/report/build.ts";
import type { ReportData } from "../../src/report/data.ts";
import { type ReportParts, reportData } from "../../src/report/report-data.ts";
import { exampleParts } from "./example.ts";

const template = '<script type="application/json" id="cfalign-data"></script>';
const limits = { points: 10, pictures: 0, droppedImages: 10 };
let parts: ReportParts;
let data: ReportData;

beforeAll(() => {
  parts = exampleParts({ images: 120, keep: 0, interventions: true });
  data = reportData(parts, limits);
}, 120_000);

describe("the interventions of a report", () => {
  test("give of every edit what all classifiers say of that very picture", () => {
    const { classifiers, features } = data.interventions;
    expect(features.length).toBe(21);
    for (const { feature, edits } of features) {
      for (const { image, side, before, after } of edits) {
        const row = parts.run.interventions?.find(
          (each) => each.feature === feature && each.side === side && each.image === data.images[image],
        );
        classifiers.forEach((name, at) => {
          expect(before[at]).toBeCloseTo(row?.before[name] as number, 4);
          expect(after[at]).toBeCloseTo(row?.after[name] as number, 4);
        });
      }
    }
  });

  test("name the edit that stands for an effect: of its side, of the half nearest to the mean the one that is seen best", () => {
    let seen = 0;
    parts.matrix.cells.forEach(({ base, downstream, effect }, index) => {
      const place = data.interventions.typical[index] as number | null;
      expect(place === null).toBe(effect === null);
      if (effect === null) return;
      const { classifiers, features } = data.interventions;
      const own = features.find(({ feature }) => feature === effect.feature)?.edits ?? [];
      const falls = own.map(({ before, after }) => {
        const at = classifiers.indexOf(base);
        return (before[at] as number) - (after[at] as number);
      });
      const removed = own.flatMap(({ side }, at) => (side === "remove" ? [at] : []));
      const all = parts.run.interventions?.filter((row) => row.feature === effect.feature && row.side === "remove");
      const mean =
        (all?.reduce((sum, row) => sum + (row.before[base] as number) - (row.after[base] as number), 0) ?? 0) /
        (all?.length ?? 1);
      const distanceOf = (at: number): number => Math.abs((falls[at] as number) - mean);
      expect(removed).toContain(place);
      // Two of three are near, and the first of all is seen worst.
      const [, second = 0] = removed.map(distanceOf).toSorted((a, b) => a - b);
      expect(distanceOf(place as number)).toBeLessThanOrEqual(second + 2e-4);
      // Those of the opening look at the clean classifier first.
      const card = data.opening.cards.find((each) => each.base === base && each.downstream === downstream);
      if (card?.clean == null) expect(place).not.toBe(removed[0]);
      seen++;
    });
    expect(seen).toBeGreaterThan(100);
  });

  test("say why a cell has no effect", () => {
    const why = (of: ReportData, base: string, downstream: string) =>
      of.interventions.noEffect[of.matrix.cells.findIndex((c) => c.base === base && c.downstream === downstream)];
    expect(why(data, "smiling-eyeglasses-95", "eyeglasses")).toBeNull();
    expect(why(data, "smiling-eyeglasses-95", "smiling-clean")).toBe("same-concept");
    // Nobody but the classifier itself tells beards.
    expect(why(data, "beard", "hat")).toBe("no-witness");
    const withoutHats = parts.run.interventions?.filter(({ feature }) => feature !== "hat") ?? [];
    const hatless = exampleParts({ images: 120, keep: 0 });
    const run = { ...hatless.run, interventions: withoutHats };
    expect(why(reportData({ ...hatless, run }, limits), "smiling-clean", "hat")).toBe("not-moved");
    expect(why(reportData(hatless, limits), "smiling-clean", "hat")).toBe("none-made");
  });

  test("leave out the pictures of features that do not fit, and count them", async () => {
    const bare = new TextEncoder().encode((await written(0)).text).length;
    const { text, omitted } = await written(bare + 60_000);
    expect(text.length).toBeLessThanOrEqual(bare + 60_000);
    expect(omitted).toBeGreaterThan(0);
    expect(omitted).toBeLessThan(21);
  });
});

/** A report within a size; without pictures of features for 0. */
async function written(maxBytes: number): Promise<{ text: string; omitted: number }> {
  const own = maxBytes === 0 ? { ...parts, features: [] } : parts;
  const report = await fitReport(template, own, { maxBytes: maxBytes === 0 ? 15e6 : maxBytes });
  const json = /<script[^>]*>(.*)<\/script>/s.exec(report?.text ?? "")?.[1] ?? "null";
  return { text: report?.text ?? "", omitted: (JSON.parse(json) as ReportData).omitted.features };
}

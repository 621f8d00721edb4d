import { describe, expect, test } from "vitest";
import { alignmentMatrix } from "../../src/audit/matrix.ts";
import { readMatrix } from "../../src/audit/reading.ts";
import { thresholdsOf } from "../../src/audit/thresholds.ts";
import type { BaseDecomposition, Matrix } from "../../src/results/matrix-schema.ts";
import { exampleRun } from "./example-run.ts";

const run = exampleRun({
  downstream: ["smiling", "eyeglasses", "beard", "rare"],
  judges: ["judge/eyeglasses"],
  concepts: { eyeglasses: "eyeglasses", "judge/eyeglasses": "eyeglasses" },
  relativeChange: (_, downstream, image, present) => {
    const noise = 0.01 * ((image % 7) - 3);
    if (downstream === "eyeglasses") return present ? 0.4 + noise : noise;
    return downstream === "beard" && !present ? -0.5 + noise : noise;
  },
  // One image in fifty has it: too few to say anything of.
  present: (downstream, image) => (downstream === "rare" ? image % 50 === 0 : image % 2 === 0),
  perturbed: () => ({ jpeg: 0.1, blurred: 0.59 }),
});
const plain = alignmentMatrix(run, { resamples: 200 });
const share = (concept: string, state: "found" | null, group: number) => ({
  ...{ concept, classifier: concept, downstream: [concept] },
  ...{ share: 0.3, weight: 0.3, ci: [0.2, 0.4] as [number, number], inflation: 1, group, state },
});
const decomposition: BaseDecomposition = {
  ...{ base: "smiling", count: 20, explained: { value: 0.5, ci: null }, alpha: 0, conditionNumber: 1 },
  shares: [share("eyeglasses", "found", 0), share("beard", null, 1), share("rare", null, 1)],
  groups: [{ group: 1, concepts: ["beard", "rare"], share: -0.05, ci: [-0.09, 0.02], state: "clear" }],
};
const matrix: Matrix = {
  ...plain,
  decomposition: [decomposition],
};
const reading = readMatrix(matrix, thresholdsOf(run));
const cellOf = (downstream: string) => reading.cells[matrix.cells.findIndex((cell) => cell.downstream === downstream)];

describe("the reading of a matrix", () => {
  test("gives the share of a column's concept, with the state of its group where it is judged in one", () => {
    expect(cellOf("eyeglasses")?.share).toEqual({
      concept: "eyeglasses",
      share: 0.3,
      ci: [0.2, 0.4],
      count: 20,
      state: "found",
      judged: [0.2, 0.4],
      together: null,
    });
    // Turned to the side of the share, which points against the first of its group.
    const group = { state: "clear", judged: [-0.02, 0.09], together: ["beard", "rare"] };
    expect(cellOf("beard")?.share).toMatchObject({ share: 0.3, ...group });
    expect(cellOf("smiling")?.share).toBeNull();
  });

  test("names what a fall does not survive, and a direction that is barely explained", () => {
    expect(reading.rows).toMatchObject([{ lostTo: ["jpeg"], barelyExplained: true }]);
    const explained = { ...matrix, decomposition: [{ ...decomposition, explained: { value: 0.7, ci: null } }] };
    expect(readMatrix(explained, thresholdsOf(run)).rows[0]?.barelyExplained).toBe(false);
  });
});

describe("what is known of a base", () => {
  test("is a column each for what it uses, what is clear of it and what could not be told, but for its own concept", () => {
    const states = reading.rows[0];
    const named = (columns: readonly number[] | undefined) => columns?.map((column) => matrix.downstream[column]);
    const stateOf = (name: string | undefined) => {
      const cell = matrix.cells.find(({ downstream }) => downstream === name);
      return cell?.rejected ? "rejected" : cell?.state;
    };
    expect(named(states?.used)?.map(stateOf)).toEqual(["found"]);
    expect(named(states?.untold)?.map(stateOf)).toEqual(["rejected", "unresolved"]);
    expect(named(states?.clear)).toEqual([]);
    // Its own concept is in none of them.
    expect(matrix.downstream.length).toBe(4);
  });
});

describe("the thresholds of a run", () => {
  test("allow less error at each look of a run that stops when it is resolved", () => {
    const often = thresholdsOf({ options: { ...run.options, untilResolved: true } });
    expect(often.maxFalseDiscovery).toBeCloseTo(thresholdsOf(run).maxFalseDiscovery / 5, 12);
    expect([thresholdsOf(run).minCount, often.minCount]).toEqual([10, 20]);
  });
});

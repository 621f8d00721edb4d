import { describe, expect, test } from "vitest";
import { labelTable, modeLabels } from "../../src/modes/mode-labels.ts";
import { modesOf } from "../../src/modes/modes.ts";
import type { Modes } from "../../src/modes/schema.ts";
import { isPatch, plantedPictures, plantedRun } from "./planted-modes.ts";

const run = plantedRun();
const pictures = plantedPictures(run);
const modes = modesOf(run)("smiling", pictures) as Modes;
const isOfPatch = (image: string): boolean => isPatch(Number(image.slice(5, 9)));

describe("a mode as labels", () => {
  test("are its clearest images, and as many of the others", () => {
    const { ones, zeros } = modeLabels({ modes, pictures }, 0, 12);
    expect(ones).toEqual(modes.modes[0]?.images.slice(0, 12));
    expect(zeros).toHaveLength(12);
    expect(zeros.some(isOfPatch)).toBe(false);
  });

  test("are no more than there are images of the mode", () => {
    const { ones, zeros } = modeLabels({ modes, pictures }, 0);
    expect([ones.length, zeros.length]).toEqual([20, 20]);
  });

  test("of a mode that is all counterfactuals are its clearest half, and the least clear", () => {
    const all = run.images.map(({ image }) => image);
    const one = { ...modes, modes: [{ ...(modes.modes[0] as Modes["modes"][number]), images: all }] };
    const { ones, zeros } = modeLabels({ modes: one, pictures }, 0, 40);
    expect(ones).toEqual(all.slice(0, 30));
    expect(new Set([...ones, ...zeros]).size).toBe(60);
  });

  test("are written beside the labels that the images had, blank where nobody knows", () => {
    const labels = modeLabels({ modes, pictures }, 0, 2);
    const [header, ...rows] = labelTable(run.images, "patch", labels).trimEnd().split("\n");
    expect(header).toBe("file_name,hat,patch");
    expect(rows).toHaveLength(run.images.length);
    const [first = ""] = labels.ones;
    expect(rows).toContain(`${first},${Number(first.slice(5, 9)) % 2},1`);
    expect(rows.filter((row) => row.endsWith(",0"))).toHaveLength(2);
    expect(rows.filter((row) => row.endsWith(","))).toHaveLength(run.images.length - 4);
  });

  test("are refused where there is no such mode, or a label of the name", () => {
    expect(() => modeLabels({ modes, pictures }, 2)).toThrow("mode: expected a mode from 1 to 2, got 3");
    const labels = modeLabels({ modes, pictures }, 0);
    expect(() => labelTable(run.images, "hat", labels)).toThrow(
      'name: expected a name that no label of the images has, got "hat"',
    );
  });
});

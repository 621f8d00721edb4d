import { describe, expect, test } from "vitest";
import { badge } from "../../src/cli/badge.ts";
import type { Cell, Matrix } from "../../src/index.ts";
import { contrastOf, rgbOf } from "../../src/pictures/contrast.ts";
import { xmlElements } from "../pictures/xml-elements.ts";

const cell = (downstream: string, state: Cell["state"], value: number, base = "smiling"): Cell =>
  ({
    ...{ base, downstream, state, sameConcept: false, rejected: false },
    ...{ effect: null, deciding: { mean: value, ci: [value - 0.1, value + 0.101] } },
  }) as unknown as Cell;
const drawn = (...cells: Cell[]) => drawnOf({ cells });
const drawnOf = (matrix: Partial<Matrix>) => {
  const elements = xmlElements(badge(matrix as Matrix, { report: "report.html" }));
  const [label, message] = elements.filter(({ name }) => name === "text");
  const link = elements.find(({ name }) => name === "a")?.attributes.href ?? "";
  const title = elements.find(({ name }) => name === "title")?.text ?? "";
  const fills = elements.flatMap(({ name, attributes }) =>
    name === "rect" && attributes.fill ? [attributes.fill] : [],
  );
  return { label: label?.text, message: message?.text, link, title, fills };
};

describe("a badge", () => {
  test("names the strongest feature that is used, links to its cell, and says the check that holds a later version to it", () => {
    const found = drawn(cell("hat", "found", -0.3), cell("beard", "clear", 0), cell("eye glasses", "found", 0.6));
    expect(found).toMatchObject({ label: "shortcuts", message: "smiling uses eye glasses, 0.60 +1" });
    const words = new URLSearchParams(found.link.replace(/^report\.html#/, ""));
    expect([words.get("base"), words.get("downstream")]).toEqual(["smiling", "eye glasses"]);
    expect(found.title).toContain("cfalign check RUN --max 'smiling->eye glasses=0.71'");
  });

  test("does not call clear what could not be told", () => {
    expect(drawn(cell("hat", "clear", 0), cell("beard", "unresolved", 0.2)).message).toBe("none found, 1 of 2 untold");
    expect(drawn(cell("hat", "clear", 0), cell("beard", "clear", 0.02)).message).toBe("none of 2");
  });

  test("does not call clear what is lowered by something that no feature names, or where nothing was told", () => {
    const part = { base: "smiling", value: 0.1, ci: null, count: 20, enough: false, images: [] };
    const cells = [cell("hat", "clear", 0), cell("beard", "clear", 0.02)];
    const found = drawnOf({ cells, accountedFor: [part] });
    expect(found.message).toBe("none found, 1 lowered by something unnamed");
    expect(found.title).toContain("something that no feature names lowers smiling");
    const green = drawnOf({ cells, accountedFor: [{ ...part, enough: true }] });
    expect(green.message).toBe("none of 2");
    const none = drawn({ ...cell("smile", "found", 1), sameConcept: true });
    expect(none.message).toBe("none found, nothing told");
    for (const open of [found, none]) expect(open.fills).not.toEqual(green.fills);
  });

  test("says of a name that nobody has checked that it is one", () => {
    const cells = [cell("hat", "found", 0.3)];
    expect(drawnOf({ cells, unchecked: ["hat"] }).title).toContain("uses hat (named by CLIP, not checked: hat). Held");
    expect(drawnOf({ cells, unchecked: ["beard"] }).title).toContain("uses hat. Held");
  });

  test("leaves out what the judge rejects, and what is about the same", () => {
    const rejected = { ...cell("hat", "found", 0.9), rejected: true };
    const same = { ...cell("smile", "found", 1), sameConcept: true };
    expect(drawn(rejected, same).message).toBe("none found, 1 of 1 untold");
  });

  test("is legible, and holds any name as text", () => {
    const hostile = drawn(cell('<img src=x onerror="alert(1)">', "found", 0.5), cell("b", "clear", 0));
    expect(hostile.message).toContain("<img");
    // Whoever copies the command runs no other.
    expect(drawn(cell("$(reboot)'s", "found", 0.5)).title).toContain(`--max 'smiling->$(reboot)'\\''s=0.61'`);
    for (const found of [hostile, drawn(cell("hat", "clear", 0)), drawn(cell("hat", "unresolved", 0))]) {
      expect(found.fills.filter((fill) => fill !== "#ffffff").length).toBe(2);
      for (const fill of found.fills) expect(contrastOf(rgbOf(fill), [255, 255, 255])).toBeGreaterThan(4.5);
    }
  });
});

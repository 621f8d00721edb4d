import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { keptEdits } from "../../src/run/kept-edits.ts";
import { filesBelow } from "../pipeline/audit-world.ts";
import { temporaryFolder } from "./small-world.ts";

const found = { told: { lengths: [1, 1.5] }, arrays: [new Float32Array([0.1, -2]), new Float32Array(0)] };
const refuse = () => Promise.reject(new Error("made again"));

test("what was found is found again under the same key, and made anew under another", async () => {
  const folder = join(await temporaryFolder(), "edits");
  await keptEdits(folder, { pictures: "a" }).remembered({ feature: "bar" }, async () => found);
  expect(await keptEdits(folder, { pictures: "a" }).remembered({ feature: "bar" }, refuse)).toEqual(found);
  for (const [about, from] of [
    [{ pictures: "b" }, { feature: "bar" }],
    [{ pictures: "a" }, { feature: "hat" }],
  ] as const) {
    await expect(keptEdits(folder, about).remembered(from, refuse)).rejects.toThrow("made again");
  }
});

test("what is damaged is made anew", async () => {
  const folder = join(await temporaryFolder(), "edits");
  const memory = keptEdits(folder, {});
  const other = { told: 2, arrays: [] };
  for (const ending of [".bin", ".json"]) {
    await memory.remembered("x", async () => found);
    for (const file of filesBelow(folder)) if (file.endsWith(ending)) writeFileSync(file, "damaged");
    expect(await memory.remembered("x", async () => other), ending).toEqual(other);
    for (const file of filesBelow(folder)) writeFileSync(file, "");
  }
});

test("what the disk refuses is made anew, and told once", async () => {
  const folder = join(await temporaryFolder(), "edits");
  writeFileSync(folder, "in the way");
  const memory = keptEdits(folder, {});
  expect(memory.refused()).toBeUndefined();
  for (const from of ["x", "y", "x"]) expect(await memory.remembered(from, async () => found)).toEqual(found);
  await expect(memory.remembered("z", refuse)).rejects.toThrow("made again");
  await memory.tidy();
  expect(memory.refused()).toBe(`cannot write "${folder}": expected a folder, found a file`);
});

test("what was used longest ago goes first where it is too much, and nothing that was just used", async () => {
  const folder = join(await temporaryFolder(), "edits");
  const isThere = async (name: string): Promise<boolean> =>
    keptEdits(folder, {})
      .remembered(name, refuse)
      .then(
        () => true,
        () => false,
      );
  for (const name of ["first", "second", "third"]) {
    const memory = keptEdits(folder, {});
    await memory.remembered(name, async () => found);
    await memory.tidy();
  }
  // Two orders of use, so that no other order gives both.
  for (const name of ["third", "second", "first"]) {
    const memory = keptEdits(folder, {});
    await memory.remembered(name, refuse);
    await memory.tidy();
  }
  const again = keptEdits(folder, {});
  await again.remembered("third", refuse);
  const size = filesBelow(folder).reduce(
    (sum, file) => sum + (file.endsWith("used-last.json") ? 0 : statSync(file).size),
    0,
  );
  await again.tidy(0.7 * size);
  expect(await Promise.all(["first", "second", "third"].map(isThere))).toEqual([true, false, true]);
  const last = keptEdits(folder, {});
  await last.remembered("second", async () => found);
  await last.tidy(1);
  expect(await Promise.all(["first", "second", "third"].map(isThere))).toEqual([false, true, false]);
});

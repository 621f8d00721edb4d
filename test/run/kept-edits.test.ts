import { writeFileSync } from "node:fs";
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

import { mkdtemp, readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { drawWorld } from "../../src/world/draw.ts";
import { FACTORS } from "../../src/world/factors.ts";

const root = await mkdtemp(join(tmpdir(), "cfalign-draw-"));

async function drawn(name: string, count: number, seed: number): Promise<Map<string, Buffer>> {
  const out = join(root, name);
  await drawWorld({ count, seed, out });
  const files = (await readdir(out)).sort();
  return new Map(await Promise.all(files.map(async (file) => [file, await readFile(join(out, file))] as const)));
}

test("the same seed gives the same bytes, another seed others", async () => {
  const [first, again, other] = [await drawn("a", 5, 7), await drawn("b", 5, 7), await drawn("c", 5, 8)];
  expect([...first.keys()]).toEqual([...again.keys()]);
  for (const [name, bytes] of first) {
    expect(again.get(name)?.equals(bytes)).toBe(true);
    expect(other.get(name)?.equals(bytes)).toBe(false);
  }
});

test("a longer series begins with the shorter one", async () => {
  const [short, long] = [await drawn("short", 3, 9), await drawn("long", 40, 9)];
  for (const [name, bytes] of short) if (name.endsWith(".png")) expect(long.get(name)?.equals(bytes)).toBe(true);
  expect(long.size).toBe(41);
});

test("labels in metadata.csv match the strengths beside them", async () => {
  const text = (await drawn("labels", 40, 11)).get("metadata.csv")?.toString() ?? "";
  const [header = "", ...lines] = text.trimEnd().split("\n");
  const columns = header.split(",");
  expect(columns).toEqual(["file_name", ...FACTORS, ...FACTORS.map((factor) => `strength:${factor}`)]);
  expect(lines.length).toBe(40);
  for (const [i, line] of lines.entries()) {
    const values = line.split(",");
    const value = (column: string): string | undefined => values[columns.indexOf(column)];
    expect(value("file_name")).toBe(`face-${String(i).padStart(5, "0")}.png`);
    for (const factor of FACTORS) {
      const strength = Number(value(`strength:${factor}`));
      expect(strength >= 0 && strength <= 1).toBe(true);
      expect(value(factor)).toBe(strength > 0.5 ? "1" : "0");
    }
  }
});

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { derivatives } from "../../src/vjp/table.ts";
import { type Fixture, fixtureError, parseFixtures } from "./fixture.ts";

const fixtures: readonly Fixture[] = parseFixtures(
  readFileSync(new URL("./fixtures/gradients.json", import.meta.url), "utf8"),
);

describe.each([...new Set(fixtures.map((fixture) => fixture.op))])("%s", (op) => {
  test.each(fixtures.filter((fixture) => fixture.op === op))("$title: PyTorch in float64 agrees", async (fixture) => {
    const errors = await fixtureError(fixture);
    expect(errors.forward).toBeLessThanOrEqual(1e-5);
    expect(errors.gradient).toBeLessThanOrEqual(1e-5);
  });
});

test("every operator with a rule has a fixture", () => {
  const tested = new Set(fixtures.map((fixture) => fixture.op));
  const written = Object.entries(derivatives).flatMap(([op, rules]) =>
    "each" in rules || rules.some((rule) => rule) ? [op] : [],
  );
  expect(written.filter((op) => !tested.has(op))).toEqual([]);
});

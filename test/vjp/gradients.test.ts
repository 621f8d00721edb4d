import { describe, expect, test } from "vitest";
import { derivatives } from "../../src/vjp/table.ts";
import { checkRow, LIMITS } from "./check.ts";
import { rows } from "./table.ts";

describe.each([...new Set(rows.map((row) => row.op))])("%s", (op) => {
  test.each(rows.filter((row) => row.op === op))(
    "$title: its gradient is the adjoint of its forward pass",
    async (row) => {
      for (const { error } of await checkRow(row)) expect(error).toBeLessThanOrEqual(LIMITS[row.kind]);
    },
  );
});

test("the rules and the rows are the same set of operators and inputs", () => {
  const tested = new Set(rows.flatMap((row) => row.wrt.map((input) => `${row.op} ${input}`)));
  const written = new Set(
    Object.entries(derivatives).flatMap(([op, rules]) => {
      if ("each" in rules) return [0, 1, 2].map((input) => `${op} ${input}`);
      return rules.flatMap((rule, input) => (rule ? [`${op} ${input}`] : []));
    }),
  );
  const variadic = (name: string): boolean =>
    "each" in (derivatives[name.split(" ")[0] as keyof typeof derivatives] ?? []);
  const of = (set: ReadonlySet<string>) =>
    [...new Set([...set].map((name) => (variadic(name) ? name.split(" ")[0] : name)))].sort();
  expect(of(tested)).toEqual(of(written));
});

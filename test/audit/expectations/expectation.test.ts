import { expect, test } from "vitest";
import { parseExpectations } from "../../../src/audit/expectations/expectation.ts";

test("a file is a relation a line, with comments, wildcards and ranges", () => {
  const text = `# what we mean
smiling -> mouth_open   # a smile opens the mouth
*->young = 0.3

'a->b # c' -> x-1 = -0.2..0.4
'a=b' -> b\r
`;
  expect(parseExpectations(text, "f.txt").map(({ where, ...rest }) => rest)).toEqual([
    { relation: "smiling -> mouth_open", base: "smiling", downstream: "mouth_open" },
    { relation: "*->young = 0.3", base: "*", downstream: "young", range: { low: -0.3, high: 0.3 } },
    {
      relation: "'a->b # c' -> x-1 = -0.2..0.4",
      base: "'a->b # c'",
      downstream: "x-1",
      range: { low: -0.2, high: 0.4 },
    },
    { relation: "'a=b' -> b", base: "'a=b'", downstream: "b" },
  ]);
});

test("a line that cannot be read is named, with what was expected", () => {
  const says = (text: string, message: string) =>
    expect(() => parseExpectations(text, "f.txt")).toThrow(expect.objectContaining({ code: "input", message }));
  says(
    "\n# fine\nsmiling mouth_open",
    '"f.txt" line 3: expected a relation such as "smiling -> mouth_open", got "smiling mouth_open"',
  );
  says("smiling -> ", '"f.txt" line 1: expected a relation such as "smiling -> mouth_open", got "smiling ->"');
  says(
    "smiling -> hat = 0.4..0.2",
    '"f.txt" line 1: expected a number above 0, or a range low..high with low below high, after =, got "smiling -> hat = 0.4..0.2"',
  );
});

import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { shellQuoted } from "../../src/cli/shell-quoted.ts";

test.each(["runs/1", "my-model->bar.effect=0.1", "it's", '$(touch x) `y` "z" \\', "-0.1..0.5", "a b", ""])(
  "a shell reads %j back as it is, and obeys nothing in it",
  (word) => {
    expect(execFileSync("sh", ["-c", `printf %s ${shellQuoted(word)}`], { encoding: "utf8" })).toBe(word);
  },
);

import { describe, expect, test } from "vitest";
import { z } from "zod";
import { createOutput } from "../../src/cli/output.ts";

const anything = z.object({ a: z.number() });

function outputOn(terminal: boolean, json: boolean, environment: Record<string, string> = {}) {
  const [out, err]: [string[], string[]] = [[], []];
  const output = createOutput({
    stdout: { write: (text: string) => out.push(text), isTTY: terminal },
    stderr: { write: (text: string) => err.push(text) },
    json,
    environment,
  });
  return { output, out, err };
}

describe("output", () => {
  test("is text or JSON, never both", () => {
    for (const json of [false, true]) {
      const { output, out } = outputOn(false, json);
      output.text("a line");
      output.json<typeof anything>({ a: 1 });
      expect(out).toEqual(json ? ['{\n  "a": 1\n}\n'] : ["a line\n"]);
    }
  });

  test("keeps talk off stdout", () => {
    const { output, out, err } = outputOn(false, true);
    output.say("talk");
    expect([out, err]).toEqual([[], ["talk\n"]]);
  });

  test("escapes what a terminal would obey, but not its own lines and styles, nor data for a pipe", () => {
    const name = "a\u001b]0;b\u0007\u009b31m\u202ec\u007f\rd";
    const plain = "a\\u001b]0;b\\u0007\\u009b31m\\u202ec\\u007f\\u000dd";
    const { output, out, err } = outputOn(true, false);
    output.text(`${output.bold("x")}\t${name}\r\n${output.dim("y")}`);
    output.raw(name);
    output.say(name);
    expect(out).toEqual([`\u001b[1mx\u001b[22m\t${plain}\r\n\u001b[2my\u001b[22m\n`, `${plain}\n`]);
    expect(err).toEqual([`${plain}\n`]);
    const piped = outputOn(false, false);
    piped.output.raw(name);
    expect(piped.out).toEqual([`${name}\n`]);
    const json = outputOn(false, true);
    json.output.json<z.ZodObject<{ a: z.ZodString }>>({ a: name });
    expect(json.out[0]).not.toMatch(/[^\n\P{Cc}]/u);
    expect(JSON.parse(json.out[0] as string)).toEqual({ a: name });
  });

  test("is bold on a terminal only, and never with NO_COLOR", () => {
    expect(outputOn(true, false).output.bold("x")).toBe("\u001b[1mx\u001b[22m");
    expect(outputOn(false, false).output.bold("x")).toBe("x");
    expect(outputOn(true, false, { NO_COLOR: "1" }).output.bold("x")).toBe("x");
  });
});

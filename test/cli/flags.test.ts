import { Command } from "commander";
import { describe, expect, test } from "vitest";
import { addFlags, flagOf, givenOptions } from "../../src/cli/flags.ts";
import { choice, group, number, onOff, whole, wholeOrAll } from "../../src/options/option.ts";

/** Options as they are to come: one entry each. */
const table = {
  direction: choice(["gradient", "smoothed", "path"], {
    default: "gradient",
    flag: { argument: "<kind>", text: "which way to go" },
  }),
  steps: whole(
    { least: 1 },
    { default: 20, when: { option: "direction", is: ["path"] }, flag: { argument: "<count>", text: "along the way" } },
  ),
  noise: number(
    { least: 0 },
    {
      default: 0.5,
      unit: "the latents' spread",
      when: { option: "direction", is: ["smoothed", "path"] },
      flag: { argument: "<number>", text: "around a latent" },
    },
  ),
  workers: whole({ least: 1 }, { default: 1, changes: "effort", flag: { argument: "<count>", text: "at a time" } }),
  limit: wholeOrAll({ least: 1 }, { default: 400, flag: { argument: "<count>", text: "images, or all" } }),
  robustness: onOff({ flag: { text: "again" } }),
  keepFrames: whole({ least: 2 }, { default: 8 }),
  decompose: group(
    { images: whole({ least: 1 }, { default: 20, flag: { argument: "<count>", text: "first ones" } }) },
    { flag: { text: "into parts" }, phrase: ({ images }) => `${images}` },
  ),
  saliency: group(
    {
      method: choice(["a", "b"], {
        default: undefined,
        word: "saliency",
        flag: { argument: "<method>", text: "compare maps" },
      }),
      images: whole({ least: 1 }, { default: 64, flag: { argument: "<count>", text: "that are compared" } }),
    },
    { phrase: ({ method }) => method },
  ),
};

function parsed(...argv: string[]) {
  const command = addFlags(new Command().exitOverride().configureOutput({ writeErr: () => {} }), table);
  return givenOptions(table, command.parse(argv, { from: "user" }).opts());
}

describe("the flags of a table", () => {
  test("say what they are in one column, with condition, unit and default", () => {
    const command = addFlags(new Command(), table, ["limit"]);
    command.option("--out <folder>", "where");
    addFlags(command, table);
    expect(command.options.map(({ flags, description }) => `${flags}: ${description}`)).toEqual([
      "--limit <count>: images, or all (400)",
      "--out <folder>: where",
      "--direction <kind>: which way to go (gradient)",
      "--steps <count>: path only: along the way (20)",
      "--noise <number>: smoothed or path only: around a latent, in the latents' spread (0.5)",
      "--workers <count>: at a time (1)",
      "--robustness: again",
      "--decompose: into parts",
      "--decompose-images <count>: first ones (20)",
      "--saliency <method>: compare maps",
      "--saliency-images <count>: that are compared (64)",
    ]);
  });

  test("give what was asked for, and no default", () => {
    expect(parsed()).toEqual({});
    expect(parsed("--workers", "4", "--limit", "all", "--robustness")).toEqual({
      workers: 4,
      limit: null,
      robustness: true,
    });
    expect(parsed("--direction", "path", "--noise", "0.2")).toEqual({ direction: "path", noise: 0.2 });
  });

  test("ask for a group by its switch or by its options", () => {
    expect(parsed("--decompose")).toEqual({ decompose: {} });
    expect(parsed("--decompose-images", "3")).toEqual({ decompose: { images: 3 } });
    expect(parsed("--saliency", "b")).toEqual({ saliency: { method: "b" } });
  });

  test.each([
    [["--steps", "3"], '--steps: expected --direction path with it, got "gradient"'],
    [
      ["--noise", "1", "--direction", "gradient"],
      '--noise: expected --direction smoothed or path with it, got "gradient"',
    ],
    [["--saliency-images", "3"], "--saliency-images: expected --saliency with a method, got none"],
    [
      ["--limit", "0"],
      "error: option '--limit <count>' argument '0' is invalid. expected a whole number, at least 1, or all",
    ],
    [
      ["--workers", "1.5"],
      "error: option '--workers <count>' argument '1.5' is invalid. expected a whole number, at least 1",
    ],
  ])("%j is refused", (argv, message) => {
    expect(() => parsed(...argv)).toThrow(message);
  });
});

test.each([
  ["limit", "--limit"],
  ["maxShift", "--max-shift"],
  ["decompose", "--decompose"],
  ["decompose.images", "--decompose-images"],
  ["saliency.method", "--saliency"],
  ["learningRate", "--learning-rate"],
  ["minBaseChange", "--min-base-change"],
  ["maxSizeMb", "--max-size"],
  ["bounds", "--max"],
  ["targets", "--target"],
])("the flag of %s is %s", (option, flag) => {
  expect(flagOf(option)).toBe(flag);
});

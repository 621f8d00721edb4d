import { describe, expect, test } from "vitest";
import { readWords } from "../../../src/prepare/naming/words.ts";

const read = (text: string) => readWords(text, "words.txt");

describe("a list of words", () => {
  test("has a feature a line: a name, what says it, and what is there instead", () => {
    expect(
      read(
        "# faces\n\neyeglasses: a face with glasses; somebody with spectacles / a face with bare eyes\r\nbeard / a shaven chin # one\ntag\n",
      ),
    ).toEqual([
      {
        name: "eyeglasses",
        says: ["a face with glasses", "somebody with spectacles"],
        contrast: ["a face with bare eyes"],
      },
      { name: "beard", says: ["beard"], contrast: ["a shaven chin"] },
      { name: "tag", says: ["tag"], contrast: [] },
    ]);
  });

  test("keeps slashes and words that only begin like a negation", () => {
    expect(read("light: 24/7 light / a notebook in a northern nook").at(0)).toEqual({
      ...{ name: "light", says: ["24/7 light"], contrast: ["a notebook in a northern nook"] },
    });
  });

  test.each([
    [
      "hat\nglasses: a face with glasses / a face without glasses",
      /^words\.txt: line 2: expected what is there, got "a face without glasses"/,
    ],
    ["hat / no hat", /line 1: expected what is there, got "no hat"/],
    ["hat / he isn't wearing a hat", /line 1: expected what is there/],
    ["hat\nhat", /line 2: expected another name, got "hat" again/],
    ["hat / hat", /line 1: expected another contrast than what says "hat"/],
    [": a hat", /line 1: expected "name: what says it \/ what is there instead"/],
    ["# nothing\n", /^words\.txt: expected a feature a line/],
  ])("%j is refused in one line", (text, expected) => {
    expect(() => read(text)).toThrow(expected);
  });
});

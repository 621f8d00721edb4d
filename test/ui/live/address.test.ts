import { describe, expect, test } from "vitest";
import { addressOf, directionOf, liveAddress, shareOf } from "../../../src/ui/live/address.ts";

describe("the address of the live page", () => {
  test("reads what it wrote, whatever names hold", () => {
    const address = { picture: "a&b=c#1 %.png", base: "smiling + 0.5*hat", against: "model/target", at: "0.25" };
    expect(liveAddress.read(liveAddress.write(address))).toEqual(address);
    expect(liveAddress.read(liveAddress.write({}))).toEqual({});
  });

  test("goes along one gradient unless it names a path", () => {
    expect(
      ["path", "gradient", "sideways", undefined].map((direction) => directionOf(addressOf({ direction }))),
    ).toEqual([...["path", "gradient", "gradient", "gradient"]]);
  });

  test("leaves out words without a value", () => {
    expect(addressOf({ picture: undefined, base: "hat", at: undefined })).toEqual({ base: "hat" });
  });

  test.each([
    [undefined, 1],
    ["0.25", 0.25],
    ["7", 1],
    ["-1", 0],
    ["x", 1],
  ])("a place of %s on the way is %d", (at, share) => {
    expect(shareOf(addressOf({ at }))).toBe(share);
  });
});

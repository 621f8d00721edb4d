import { expect, test } from "vitest";
import { platform } from "#platform";
import { createRandom } from "../../src/base/random.ts";
import { encodedPicture } from "../../src/suite/encode-picture.ts";

const size = { width: 64, height: 64, channels: 3 } as const;
const { normal } = createRandom("grain");
/** A slope with grain, as photographs have it, and a drawing of two colours. */
const pictures = {
  photograph: Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => 60 + (i % 192) / 3 + 3 * normal()),
  drawing: Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => (i % 192 < 96 ? 20 : 200)),
};

test.each(Object.entries(pictures))("a %s is as small as either way makes it, and loses nothing", async (_, data) => {
  const bytes = await encodedPicture({ data, ...size });
  const ways = await Promise.all(
    (["png", "filtered-png"] as const).map((format) => platform.encodeImage({ data, ...size }, format)),
  );
  expect(bytes.length).toBe(Math.min(...ways.map(({ length }) => length)));
  expect(Buffer.compare((await platform.decodeImage(bytes)).data, data)).toBe(0);
});

test("a photograph gains by what a drawing would lose by", async () => {
  const gain = async (data: Uint8Array): Promise<number> => {
    const [plain, filtered] = await Promise.all(
      (["png", "filtered-png"] as const).map((format) => platform.encodeImage({ data, ...size }, format)),
    );
    return (filtered?.length ?? 0) / (plain?.length ?? 1);
  };
  expect(await gain(pictures.photograph)).toBeLessThan(0.95);
  expect(await gain(pictures.drawing)).toBeGreaterThanOrEqual(1);
});

import { execFile } from "node:child_process";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { beforeAll, expect, test } from "vitest";
import { platform } from "#platform";
import { figureFont } from "../../src/pictures/figure.ts";
import type { Pixels } from "../../src/platform/platform.ts";

const root = resolve(import.meta.dirname, "../..");
const lettering = (font: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="300" height="60" font-family="${font}" font-size="20"><text x="4" y="24">eyeglasses, λ = −40</text><text x="4" y="52" font-weight="600">smiling 0.58</text></svg>`;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "cfalign-fonts-"));
  await writeFile(
    join(folder, "fonts.conf"),
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><cachedir>${folder}</cachedir></fontconfig>`,
  );
});

/** A drawing as a process renders it that finds no font of the system. */
async function withoutFonts(svg: string): Promise<Pixels> {
  const code = `import { platform } from "#platform";
    const { data, ...rest } = await platform.renderSvg(process.argv[1], { width: 300, height: 60 });
    process.stdout.write(JSON.stringify({ ...rest, data: [...data] }));`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--conditions=source", "--import", "tsx", "--input-type=module", "--eval", code, "--", svg],
    { cwd: root, env: { ...process.env, FONTCONFIG_FILE: join(folder, "fonts.conf") }, maxBuffer: 1e7 },
  );
  return JSON.parse(stdout);
}

/** Pixels that are rather black, in the upper and in the lower line. */
function ink({ data, width, height }: Pixels): number[] {
  const dark = new Array<number>(2).fill(0);
  for (let at = 0; at < width * height; at++) {
    const line = at < (width * height) / 2 ? 0 : 1;
    if ((data[3 * at] as number) < 128) dark[line] = (dark[line] as number) + 1;
  }
  return dark;
}

test("text of a picture is set in the package's own fonts, to the bit alike where the system has none", async () => {
  const here = await platform.renderSvg(lettering(figureFont), { width: 300, height: 60 });
  const bare = await withoutFonts(lettering(figureFont));
  expect(bare.width).toBe(here.width);
  expect(Buffer.compare(Buffer.from(bare.data), Buffer.from(here.data))).toBe(0);
  for (const count of ink(here)) expect(count).toBeGreaterThan(300);
});

test("both weights are its own", async () => {
  const [whole, thin] = await Promise.all(
    [lettering(figureFont), lettering(figureFont).replace(' font-weight="600"', "")].map((svg) =>
      platform.renderSvg(svg, { width: 300, height: 60 }),
    ),
  );
  expect(ink(whole as Pixels)[1]).toBeGreaterThan(1.1 * (ink(thin as Pixels)[1] as number));
});

import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type Flattened, flatten } from "../../src/flatten/flatten.ts";
import { readImage } from "../../src/models/read-image.ts";
import type { Workspace } from "../../src/models/workspace.ts";
import { row, stack, type Tensor } from "../../src/tensor.ts";
import { drawFaces, openSmallWorld, smallWorld, temporaryFolder } from "../run/small-world.ts";

let path = "";
let faces = "";
let own: Workspace;
let flat: Workspace;
let flattened: Flattened;

beforeAll(async () => {
  path = await smallWorld();
  faces = join(await temporaryFolder(), "faces");
  await drawFaces(faces, 150);
  own = await openSmallWorld(path);
  flattened = await flatten(faces, { workspace: own, components: 3 });
  flat = await openSmallWorld(path);
});

/** The first pictures of the folder, brought to one channel. */
async function pictures(count: number): Promise<Tensor> {
  const read = await Promise.all(
    Array.from({ length: count }, async (_, i) => readImage(join(faces, `face-${String(i).padStart(4, "0")}.png`))),
  );
  return stack(
    read.map(({ data, dims }) => ({ data: data.slice(0, data.length / 3), dims: [1, 1, ...dims.slice(2)] })),
  );
}

describe("a flattened autoencoder", () => {
  test("is entered into the workspace, and says what it was made of", () => {
    expect(flattened.workspace).toBe(path);
    const { autoencoder } = JSON.parse(readFileSync(path, "utf8")) as { autoencoder: string };
    expect(join(dirname(path), autoencoder)).toBe(flattened.manifest);
    const { flattened: origin } = JSON.parse(readFileSync(flattened.manifest, "utf8")) as {
      flattened: { from: string };
    };
    expect(origin).toMatchObject({ images: 120, components: 3, seed: 1 });
    expect(join(dirname(flattened.manifest), origin.from)).toMatch(/autoencoder\.json$/);
  });

  test("has codes that are uncorrelated, around 0, with a spread of 1", async () => {
    expect(flat.autoencoder.latentDims).toEqual([3]);
    const codes = await flat.autoencoder.encode(await pictures(150));
    for (let a = 0; a < 3; a++) {
      for (let b = 0; b <= a; b++) {
        let product = 0;
        for (let i = 0; i < 150; i++)
          product += ((codes.data[3 * i + a] as number) * (codes.data[3 * i + b] as number)) / 150;
        // Of all pictures, of which a fifth was held out.
        expect(Math.abs(product - (a === b ? 1 : 0))).toBeLessThan(0.25);
      }
    }
  });

  test("draws what the autoencoder draws of the latent's nearest point in the basis", async () => {
    const images = await pictures(20);
    const [bare, through] = [own.autoencoder, flat.autoencoder];
    const latents = await bare.encode(images);
    const drawn = await through.decode(await through.encode(images));
    const codesAgain = await through.encode(drawn);
    const codes = await through.encode(images);
    // Projecting twice changes nothing, and what is lost is orthogonal to what is kept.
    for (let i = 0; i < codes.data.length; i++) expect(codesAgain.data[i]).toBeCloseTo(codes.data[i] as number, 3);
    const redrawn = await bare.encode(drawn);
    for (let i = 0; i < 20; i++) {
      const [latent, kept] = [row(latents, i).data, row(redrawn, i).data];
      const other = row(redrawn, (i + 1) % 20).data;
      const lost = latent.map((value, k) => value - (kept[k] as number));
      const along = lost.reduce((sum, value, k) => sum + value * ((kept[k] as number) - (other[k] as number)), 0);
      expect(Math.abs(along)).toBeLessThan(2e-3);
    }
  });

  test("has the gradient of the autoencoder, taken through the basis", async () => {
    const smiling = flat.classifier("smiling").terms[0]?.model;
    if (smiling === undefined) throw new Error("no model");
    const codes = row(await flat.autoencoder.encode(await pictures(1)), 0);
    const cotangents = { data: Float32Array.of(1, 0, 0), dims: [1, 3] };
    const { gradients } = await flat.autoencoder.gradients(smiling, codes, cotangents);
    const at = async (shift: number): Promise<number> => {
      const moved = codes.data.map((value, k) => value + shift * (gradients.data[k] as number));
      return (await smiling.logits(await flat.autoencoder.decode({ data: moved, dims: [1, 3] }))).data[0] as number;
    };
    const squared = gradients.data.reduce((sum, value) => sum + value * value, 0);
    expect(((await at(1e-2)) - (await at(-1e-2))) / 2e-2 / squared).toBeCloseTo(1, 2);
  });

  test("keeps on held-out pictures what its curve says, of the variance and of the decisions", () => {
    const { chosen, curve, bare, heldOut, images, latent } = flattened;
    expect([images, heldOut, latent]).toEqual([120, 30, 4]);
    expect(curve).toEqual([chosen]);
    // Three of four directions of equal spread.
    expect(chosen.varianceKept).toBeGreaterThan(0.65);
    expect(chosen.varianceKept).toBeLessThan(0.85);
    expect(bare.decisionsKept).toBeGreaterThan(chosen.decisionsKept as number);
  });

  test("is not flattened again", async () => {
    await expect(flatten(faces, { workspace: flat })).rejects.toThrow(/"[\w-]+-flat" is flattened already: name "/);
  });
});

describe("flatten", () => {
  test.each<[number, string]>([
    [0, "components: expected auto or a whole number, 1 or more, got 0"],
    [9, "components: expected at most 4 (a basis of 120 pictures, latents of 4 numbers), got 9"],
  ])("refuses %d components", async (components, message) => {
    await expect(flatten(faces, { workspace: own, components, enter: false })).rejects.toThrow();
    const again = await openSmallWorld(await smallWorld());
    await expect(flatten(faces, { workspace: again, components, enter: false })).rejects.toThrow(message);
    await again.dispose();
  });

  test("refuses too few pictures", async () => {
    const few = mkdtempSync(join(tmpdir(), "cfalign-few-"));
    await drawFaces(few, 20);
    const again = await openSmallWorld(await smallWorld());
    await expect(flatten(few, { workspace: again })).rejects.toThrow(
      `"${few}": expected at least 50 usable pictures for a basis, found 20`,
    );
    await again.dispose();
  });

  test("leaves the workspace as it is when asked to", async () => {
    const other = await smallWorld();
    const before = readFileSync(other, "utf8");
    writeFileSync(other, before);
    const workspace = await openSmallWorld(other);
    const { workspace: entered } = await flatten(faces, { workspace, enter: false });
    await workspace.dispose();
    expect(entered).toBeNull();
    expect(readFileSync(other, "utf8")).toBe(before);
  });
});

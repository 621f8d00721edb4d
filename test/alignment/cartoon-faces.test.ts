import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AlignBatchRequest, alignBatch } from "../../src/alignment/align-batch.ts";
import { rowsOf, type Tensor } from "../../src/base/tensor.ts";
import { defaultSearch } from "../../src/counterfactual/search-options.ts";
import { openWorkspace, type Workspace } from "../../src/models/workspace.ts";
import { faceSource, renderFaces } from "../../src/world/render.ts";

let workspace: Workspace;
let faces: readonly Tensor[];

beforeAll(async () => {
  workspace = await openWorkspace("cartoon-faces");
  const source = faceSource("rows of a batch");
  faces = rowsOf(await renderFaces(Array.from({ length: 24 }, (_, index) => source(index))));
});
afterAll(() => workspace?.dispose());

function request(indices: readonly number[]): AlignBatchRequest {
  return {
    images: indices.map((index) => ({ image: `${index}`, pixels: faces[index] as Tensor })),
    autoencoder: workspace.autoencoder,
    bases: workspace.classifiers("smiling, eyeglasses, smiling + 0.3*big_nose").map((classifier) => ({ classifier })),
    downstream: workspace.classifiers("smiling, eyeglasses, smiling-eyeglasses-95"),
    judges: workspace.judges.slice(0, 2),
    search: defaultSearch,
    latentScale: 16,
    selectFor: () => "positive",
    minPrediction: 0.5,
  };
}

describe("rows of convolutional models", () => {
  it("are the same to the bit whatever images come with an image, and in whatever order", async () => {
    const everyone = faces.map((_, index) => index);
    const together = await alignBatch(request(everyone));
    const some = [19, 3, 4];
    const apart = await alignBatch(request(some));
    const expected = <Row extends { readonly image: string }>(rows: readonly Row[]): readonly Row[] =>
      some.flatMap((index) => rows.filter(({ image }) => image === `${index}`));
    expect(apart.counterfactuals.length).toBeGreaterThan(2);
    expect(apart.predictions).toEqual(expected(together.predictions));
    expect(apart.counterfactuals).toEqual(expected(together.counterfactuals));
    expect(apart.changes).toEqual(expected(together.changes));
  });
});

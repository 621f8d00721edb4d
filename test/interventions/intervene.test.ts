import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CfalignError } from "../../src/base/errors.ts";
import { createRandom } from "../../src/base/random.ts";
import { counted } from "../../src/interventions/confirmed.ts";
import type { EditMemory, FoundEdits } from "../../src/interventions/edit-memory.ts";
import { type InterveneOptions, intervene } from "../../src/interventions/intervene.ts";
import type { FeaturePictures } from "../../src/interventions/keep-pictures.ts";
import type { Picture } from "../../src/interventions/move.ts";
import { hereAlone, type Predictor } from "../../src/interventions/predictions-on.ts";
import { openWorkspace, type Workspace } from "../../src/models/workspace.ts";
import { latent, lines, sigmoid } from "../models/linear-models.ts";
import { type LinearWorld, linearWorld, worldDecoder } from "../models/linear-world.ts";

const latentScale = 1;
const maxShift = 0.4;

let world: LinearWorld;
let workspace: Workspace;
let pictures: Picture[];

/** Latents near 0, so that pictures stay within [0, 1]. */
function latentsOf(count: number): number[][] {
  const { uniform } = createRandom("intervene");
  return Array.from({ length: count }, () => latent(...Array.from({ length: 4 }, () => 0.4 * (uniform() - 0.5))));
}

beforeAll(async () => {
  const along = (slope: number[]) => ({ slope, intercept: 0 });
  world = await linearWorld(
    [
      lines("biased", { smiling: along([20, 15, 0, 0]) }),
      lines("other", { glasses: along([0, 30, 0, 0]) }),
      lines("flat", { hat: along([0, 0, 0, 0]) }),
    ],
    { judges: [lines("judge", { smiling: along([30, 0, 0, 0]), glasses: along([0, 25, 0, 0]) })] },
  );
  workspace = await openWorkspace(world.path);
  const random = createRandom("labels");
  // The table is right about the smile, and hardly better than a coin about glasses: their pattern is faint.
  pictures = latentsOf(200).map((z, index): Picture => {
    const glasses = (z[1] as number) > 0 === random.uniform() < 0.55;
    return {
      image: `${index}.png`,
      pixels: world.image(z),
      labels: { smiling: (z[0] as number) > 0 ? 1 : 0, glasses: glasses ? 1 : 0 },
    };
  });
});
afterAll(() => workspace.dispose());

const named = (name: string) => workspace.classifier(name);

function source() {
  const byName = new Map(pictures.map((picture) => [picture.image, picture]));
  return {
    async *all() {
      yield pictures;
    },
    some: async (images: readonly string[]) => images.map((image) => byName.get(image) as Picture),
  };
}

type Asked = Partial<InterveneOptions> & { readonly witness?: string };

function optionsOf(
  editors: readonly string[],
  { witness = "judge/glasses", ...changed }: Asked = {},
): InterveneOptions {
  return {
    features: [
      { name: "smiling", witness: named("judge/smiling"), editors: [] },
      { name: "glasses", witness: named(witness), editors: editors.map(named) },
    ],
    classifiers: [...workspace.classifiers(), ...workspace.judges],
    pictures: 20,
    counterfactuals: { autoencoder: workspace.autoencoder, latentScale, maxShift },
    ...changed,
  };
}

const interventions = (editors: readonly string[], asked?: Asked) => intervene(source(), optionsOf(editors, asked));

const logit = (prediction: number): number => Math.log(prediction / (1 - prediction));

describe("the ladder of editors", () => {
  it("moves a feature whose pattern is faint by counterfactuals of another network, and no other feature", async () => {
    const { rows, withoutEditor } = await interventions(["other"]);
    expect(withoutEditor).toEqual({});
    const made = (feature: string, editor: string) =>
      rows.filter((row) => row.feature === feature && row.editor === editor).length;
    expect([made("smiling", "pattern"), made("smiling", "counterfactual")]).toEqual([40, 0]);
    expect([made("glasses", "pattern"), made("glasses", "counterfactual")]).toEqual([40, 40]);
    expect(new Set(counted(rows).map(({ feature, editor }) => `${feature} ${editor}`))).toEqual(
      new Set(["smiling pattern", "glasses counterfactual"]),
    );
    for (const { editor, editedBy } of rows) expect(editedBy).toBe(editor === "pattern" ? null : "other");
  });

  it("goes along the other network's own gradient: what all classifiers say is that of the formula", async () => {
    const { rows } = await interventions(["other"]);
    const made = rows.filter(({ editor }) => editor === "counterfactual");
    for (const { side, before, after, length, distance, image } of made) {
      const [was, is] = [before["judge/glasses"] as number, after["judge/glasses"] as number];
      // Along the second axis alone, by so much.
      const step = (logit(was) - logit(is)) / 25;
      expect(Math.sign(step), image).toBe(side === "remove" ? 1 : -1);
      expect(Math.abs(step)).toBeLessThanOrEqual(maxShift * latentScale + 1e-4);
      expect(after.biased).toBeCloseTo(sigmoid(logit(before.biased as number) - 15 * step), 4);
      expect(after["judge/smiling"]).toBeCloseTo(before["judge/smiling"] as number, 5);
      expect(after.other).toBeCloseTo(sigmoid(logit(before.other as number) - 30 * step), 4);
      // The decoder's columns have length 1.
      expect(distance).toBeCloseTo(Math.abs(step) / Math.sqrt(worldDecoder.length), 4);
      expect(length).toBeLessThanOrEqual(1);
    }
  });

  it("goes no further than the witness asks for", async () => {
    const { rows } = await interventions(["other"]);
    const made = rows.filter(({ editor }) => editor === "counterfactual");
    expect(new Set(made.map(({ length }) => length)).size).toBeGreaterThan(1);
  });

  it("says that a network told its own edit where there is no other", async () => {
    const { rows } = await interventions(["other"], { witness: "other" });
    const made = rows.filter(({ editor }) => editor === "counterfactual");
    expect(made.length).toBeGreaterThan(20);
    for (const { editedBy, witness } of made) expect(editedBy).toBe(witness);
  });

  it("makes none without a latent to make them in, nor without a classifier of the feature, and says so", async () => {
    const byPattern = (rows: readonly { readonly editor: string }[]) =>
      rows.every(({ editor }) => editor === "pattern");
    const without = await interventions([]);
    expect(byPattern(without.rows)).toBe(true);
    expect(without.withoutEditor).toEqual({ glasses: "nothing tells it" });
    const { counterfactuals: _, ...rest } = optionsOf(["other"]);
    const unasked = await intervene(source(), rest);
    expect(byPattern(unasked.rows)).toBe(true);
    expect(unasked.withoutEditor).toEqual({});
  });

  it("takes the next classifier where one has no gradient, and says why where none has", async () => {
    const { autoencoder } = workspace;
    const refuse = () => Promise.reject(new CfalignError("input", "no gradient of y by z: op Loop"));
    const refusing = { ...autoencoder, gradients: refuse, decodeWithGradients: refuse };
    const { rows, withoutEditor } = await interventions(["other"], {
      counterfactuals: { autoencoder: refusing, latentScale, maxShift },
    });
    expect(rows.every(({ editor }) => editor === "pattern")).toBe(true);
    expect(withoutEditor).toEqual({ glasses: "no gradient of y by z: op Loop" });
    const once = {
      ...autoencoder,
      gradients: ((model, ...rest) =>
        model.name === "biased" ? refuse() : autoencoder.gradients(model, ...rest)) as typeof autoencoder.gradients,
    };
    const next = await interventions(["biased", "other"], {
      counterfactuals: { autoencoder: once, latentScale, maxShift },
    });
    expect(new Set(next.rows.flatMap(({ editedBy }) => editedBy ?? []))).toEqual(new Set(["other"]));
  });

  it("ends where a picture, another process or the disk fails, which is no fault of a classifier", async () => {
    const { all, some } = source();
    let read = 0;
    const changed = {
      all,
      some: async (images: readonly string[]) => {
        // First for patterns, then for counterfactuals.
        if (++read > 1) throw new CfalignError("input", '"0.png" changed while the run was going');
        return some(images);
      },
    };
    await expect(intervene(changed, optionsOf(["other"]))).rejects.toThrow("changed while the run was going");
    const full: EditMemory["remembered"] = async (from, make) => {
      const made = await make();
      if ("counterfactuals" in (from as object)) throw new CfalignError("runtime", "the disk is full");
      return made;
    };
    await expect(interventions(["other"], { memory: { remembered: full } })).rejects.toThrow("the disk is full");
    let lost = false;
    const predictor: Predictor = {
      calls: 2,
      async predict(pictures, classifiers) {
        if (lost) throw new CfalignError("runtime", "worker processes ended");
        return hereAlone.predict(pictures, classifiers);
      },
    };
    const losing: EditMemory["remembered"] = (from, make) => {
      lost = "counterfactuals" in (from as object);
      return make();
    };
    await expect(
      interventions(["other"], { memory: { remembered: losing }, predictor: async () => predictor }),
    ).rejects.toThrow("worker processes ended");
  });

  it("has nothing to show of a classifier that moves nowhere", async () => {
    const { withoutEditor } = await interventions(["flat"]);
    expect(withoutEditor).toEqual({ glasses: "hat moves it nowhere" });
  });

  it("keeps pictures of counterfactuals as of patterns, with what they add on average", async () => {
    const kept: FeaturePictures[] = [];
    const { rows } = await interventions(["other"], {
      keep: { edits: 4, take: async (each) => void kept.push(each) },
    });
    expect(kept.map(({ feature, editor }) => `${feature} ${editor}`)).toEqual([
      "smiling pattern",
      "glasses pattern",
      "glasses counterfactual",
    ]);
    const { edits, pattern } = kept[2] as FeaturePictures;
    const first = (["remove", "add"] as const).flatMap((side) =>
      rows.filter((row) => row.editor === "counterfactual" && row.side === side).slice(0, 4),
    );
    expect(edits.map(({ image, side }) => ({ image, side }))).toEqual(
      first.map(({ image, side }) => ({ image, side })),
    );
    for (const [place, { before, after }] of edits.entries()) {
      const square = before.data.reduce((sum, value, p) => sum + (value - (after.data[p] as number)) ** 2, 0);
      expect(Math.sqrt(square / before.data.length)).toBeCloseTo(first[place]?.distance as number, 6);
    }
    // Glasses are the second axis: their mean change is along its column.
    const column = worldDecoder.map((row) => row[1] as number);
    const scale = pattern.data.reduce((sum, value, p) => sum + value * (column[p] as number), 0);
    expect(scale).toBeGreaterThan(0.05);
    pattern.data.forEach((value, p) => {
      expect(value).toBeCloseTo(scale * (column[p] as number), 4);
    });
  });
});

describe("a memory of edits", () => {
  const memory = () => {
    const found = new Map<string, FoundEdits>();
    const remembered: EditMemory["remembered"] = async (from, make) => {
      const key = JSON.stringify(from);
      const made = found.get(key) ?? (await make());
      found.set(key, { ...made, told: JSON.parse(JSON.stringify(made.told)) });
      return made;
    };
    return { found, remembered };
  };
  const only = (...names: string[]) => [...names.map(named), ...workspace.judges];

  it("gives another classifier the rows of a fresh look, which looks at no picture but those that are edited", async () => {
    const kept = memory();
    await interventions(["other"], { classifiers: only("flat", "other"), memory: kept });
    const asked: string[] = [];
    const { some } = source();
    const again = await intervene(
      {
        // biome-ignore lint/correctness/useYield: nothing is looked at
        async *all() {
          throw new Error("looked at all pictures again");
        },
        some: async (images) => {
          asked.push(...images);
          return some(images);
        },
      },
      optionsOf(["other"], { classifiers: only("biased", "other"), memory: kept }),
    );
    const fresh = await interventions(["other"], { classifiers: only("biased", "other") });
    expect(again).toEqual(fresh);
    expect(new Set(again.rows.map(({ editor }) => editor))).toEqual(new Set(["pattern", "counterfactual"]));
    const edited = again.rows.filter(({ editor }) => editor === "pattern").map(({ image }) => image);
    expect(new Set(asked)).toEqual(new Set(edited));
  });

  it("makes counterfactuals of another editor anew, and all where a witness is another", async () => {
    const kept = memory();
    await interventions(["other"], { memory: kept });
    const size = kept.found.size;
    await interventions(["biased"], { memory: kept });
    expect(kept.found.size).toBe(size + 1);
    const told = await interventions(["other"], { witness: "other", memory: kept });
    expect(told).toEqual(await interventions(["other"], { witness: "other" }));
  });
});

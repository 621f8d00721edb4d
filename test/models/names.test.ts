import { describe, expect, it } from "vitest";
import { createNames } from "../../src/models/names.ts";
import type { ClassifierModel } from "../../src/models/types.ts";

/** A model of which only names are asked. */
function named(name: string, targets: readonly string[]): ClassifierModel {
  const graph = { name, inputs: [], outputs: [], nodes: [], initializers: new Map() };
  return {
    name,
    targets,
    hash: name,
    activation: "sigmoid",
    image: { channels: 1, height: 1, width: 1 },
    graph: { graph, weights: new Map() },
    logits: () => Promise.reject(new Error("not asked")),
    gradients: () => Promise.reject(new Error("not asked")),
    linearized: () => Promise.reject(new Error("not asked")),
  };
}

const judge = named("attributes-b", ["smiling", "freckles"]);
const models = [
  named("attributes", ["smiling", "big_nose", "young", "pale skin"]),
  named("smiling-95", ["smiling"]),
  named("young", ["young"]),
];
const names = createNames(models, [judge]);

describe("names", () => {
  it.each([
    ["smiling", "smiling", "attributes"],
    ["attributes/smiling", "smiling", "attributes"],
    ["smiling-95", "smiling-95", "smiling-95"],
    ["smiling-95/smiling", "smiling-95", "smiling-95"],
    ["young", "young", "attributes"],
    ["young/young", "young/young", "young"],
    ["attributes-b/smiling", "attributes-b/smiling", "attributes-b"],
    ["freckles", "freckles", "attributes-b"],
    ["'pale skin'", "'pale skin'", "attributes"],
    ["attributes/'pale skin'", "'pale skin'", "attributes"],
  ])("%s is called %s and means a target of %s", (text, name, model) => {
    const classifier = names.classifier(text);
    expect(classifier.name).toBe(name);
    expect(classifier.terms[0]?.model.name).toBe(model);
    expect(names.classifier(classifier.name)).toEqual(classifier);
  });

  it("print the shortest expression that resolves back", () => {
    const composed = names.classifier("attributes/smiling - 0.50*smiling-95/smiling");
    expect(composed.name).toBe("smiling - 0.5*smiling-95");
    expect(composed.terms.map(({ coefficient, name }) => [coefficient, name])).toEqual([
      [1, "smiling"],
      [-0.5, "smiling-95"],
    ]);
  });

  it("never print a name bare that a probe has as well", () => {
    const probe = { ...named("concepts", ["smiling", "hat"]), probeOf: "the latent" };
    const own = createNames([named("mine", ["smiling", "young"]), probe]);
    const printed = own.targets([probe]).map(({ name }) => name);
    expect(printed).toEqual(["concepts/smiling", "hat"]);
    expect(own.classifier("smiling").name).toBe("mine/smiling");
    expect(own.classifier("young").name).toBe("young");
  });

  it("never print a name bare that two models of several targets have, or two of one", () => {
    const [a, b, c, d] = [
      named("a", ["plain"]),
      named("bb", ["plain"]),
      named("c", ["hat", "x"]),
      named("d", ["hat", "y"]),
    ];
    const own = createNames([a, b, c, d]);
    expect(own.targets([a, b, c, d]).map(({ name }) => name)).toEqual(["a", "bb", "c/hat", "x", "d/hat", "y"]);
  });

  it("print bare what one model of several targets has, and others of one", () => {
    const [all, one, two] = [named("all", ["plain", "hat"]), named("one-95", ["plain"]), named("two-95", ["plain"])];
    expect(
      createNames([all, one, two])
        .targets([all, one, two])
        .map(({ name }) => name),
    ).toEqual(["plain", "hat", "one-95", "two-95"]);
  });

  it("name every target so that it resolves back to itself", () => {
    for (const classifier of names.targets([...models, judge]))
      expect(names.classifier(classifier.name)).toEqual(classifier);
  });

  it("separate a list at commas", () => {
    expect(names.list("smiling, young + 0.5*'pale skin'").map(({ name }) => name)).toEqual([
      "smiling",
      "young + 0.5*'pale skin'",
    ]);
  });

  it.each([
    ["attributes/big_noze", 'unknown target "big_noze" in attributes: did you mean "big_nose"?'],
    ["big_noze", 'unknown target "big_noze": did you mean "big_nose"?'],
    ["atributes/smiling", 'unknown model "atributes": did you mean "attributes" or "attributes-b"?'],
    ["simling", 'unknown target "simling": did you mean "smiling"?'],
    ["zzz", 'unknown target "zzz": known are "smiling", "big_nose", "young", "pale skin", "freckles", "smiling-95"'],
    ["attributes", '"attributes" is a model of 4 targets: name one of them, such as attributes/smiling'],
  ])("say what %s could have been", (text, message) => {
    expect(() => names.classifier(text)).toThrow(expect.objectContaining({ code: "usage", message }));
  });
});

import { describe, expect, it } from "vitest";
import { type Finding, found, guessed, manifestOf, settled } from "../../../src/prepare/importing/finding.ts";
import { configFindings } from "../../../src/prepare/importing/hugging-face.ts";
import { labelsJsonFindings, labelsTextFindings } from "../../../src/prepare/importing/labels.ts";
import { metadataFindings } from "../../../src/prepare/importing/metadata.ts";
import { preprocessorFindings } from "../../../src/prepare/importing/preprocessor.ts";
import { timmFindings } from "../../../src/prepare/importing/timm.ts";

/** Findings as a record; guesses among them by name. */
function told(findings: readonly Finding[]): Record<string, unknown> {
  return Object.fromEntries(findings.map(({ field, value }) => [field.replace("input.", ""), value]));
}
const guesses = (findings: readonly Finding[]): string[] =>
  findings.filter((finding) => finding.guessed).map(({ field }) => field);

const normal = { do_normalize: true, image_mean: [0.5, 0.4, 0.3], image_std: [0.1, 0.2, 0.4] };
const rgb = { range: [0, 1], mean: [0.5, 0.4, 0.3], std: [0.1, 0.2, 0.4] };

describe("preprocessor_config.json", () => {
  it.each([
    [
      "ViT stretches to its size",
      {
        image_processor_type: "ViTImageProcessor",
        size: { height: 224, width: 200 },
        resample: 2,
        do_rescale: true,
        rescale_factor: 0.00392156862745098,
        ...normal,
      },
      { width: 200, height: 224, fit: "stretch", resize: "bilinear", ...rgb },
    ],
    [
      "an older file has one number for both sides",
      { feature_extractor_type: "ViTFeatureExtractor", size: 224, resample: 3, do_normalize: false },
      { width: 224, height: 224, fit: "stretch", resize: "bicubic", overshoot: "cut", range: [0, 1] },
    ],
    [
      "ConvNeXt below 384 enlarges by crop_pct and crops",
      {
        image_processor_type: "ConvNextImageProcessor",
        size: { shortest_edge: 224 },
        crop_pct: 0.875,
        resample: 3,
        ...normal,
      },
      { width: 224, height: 224, fit: "cover", resizeTo: 256, resize: "bicubic", overshoot: "cut", ...rgb },
    ],
    [
      "ConvNeXt from 384 on stretches",
      { feature_extractor_type: "ConvNextFeatureExtractor", size: 384, crop_pct: 1, resample: 3, ...normal },
      { width: 384, height: 384, fit: "stretch", resize: "bicubic", overshoot: "cut", ...rgb },
    ],
    [
      "CLIP makes the shortest edge that long and crops",
      {
        feature_extractor_type: "CLIPFeatureExtractor",
        size: 224,
        do_center_crop: true,
        crop_size: 224,
        resample: 3,
        ...normal,
      },
      { width: 224, height: 224, fit: "cover", resize: "bicubic", overshoot: "cut", ...rgb },
    ],
    [
      "DeiT stretches and crops",
      {
        image_processor_type: "DeiTImageProcessor",
        size: { height: 256, width: 256 },
        do_center_crop: true,
        crop_size: { height: 224, width: 224 },
        resample: 3,
        ...normal,
      },
      { width: 224, height: 224, fit: "stretch", resizeTo: 256, resize: "bicubic", overshoot: "cut", ...rgb },
    ],
    [
      "MobileNet covers and crops",
      {
        image_processor_type: "MobileNetV2ImageProcessor",
        size: { shortest_edge: 256 },
        do_center_crop: true,
        crop_size: { height: 224, width: 224 },
        resample: 2,
        ...normal,
      },
      { width: 224, height: 224, fit: "cover", resizeTo: 256, resize: "bilinear", ...rgb },
    ],
    [
      "MobileViT takes blue first and no mean",
      {
        image_processor_type: "MobileViTImageProcessor",
        size: { shortest_edge: 288 },
        do_center_crop: true,
        crop_size: { height: 256, width: 256 },
        do_flip_channel_order: true,
        resample: 2,
      },
      { width: 256, height: 256, fit: "cover", resizeTo: 288, resize: "bilinear", range: [0, 1], order: "bgr" },
    ],
    [
      "a processor that changes the order after it normalised has mean and std in the model's order here",
      { image_processor_type: "ViTImageProcessor", size: 8, resample: 0, do_flip_channel_order: true, ...normal },
      {
        width: 8,
        height: 8,
        fit: "stretch",
        resize: "nearest",
        range: [0, 1],
        order: "bgr",
        mean: [0.3, 0.4, 0.5],
        std: [0.4, 0.2, 0.1],
      },
    ],
    [
      "EfficientNet divides by std twice",
      {
        image_processor_type: "EfficientNetImageProcessor",
        size: { height: 600, width: 600 },
        resample: 0,
        include_top: true,
        do_normalize: true,
        image_mean: [0.5, 0.5, 0.5],
        image_std: [0.5, 0.25, 2],
      },
      {
        width: 600,
        height: 600,
        fit: "stretch",
        resize: "nearest",
        range: [0, 1],
        mean: [0.5, 0.5, 0.5],
        std: [0.25, 0.0625, 4],
      },
    ],
    [
      "an offset moves the range, and one number is for each channel",
      {
        image_processor_type: "ViTImageProcessor",
        size: 4,
        resample: 4,
        rescale_factor: 1 / 127.5,
        rescale_offset: true,
        do_normalize: true,
        image_mean: 0.5,
        image_std: 2,
      },
      { width: 4, height: 4, fit: "stretch", resize: "box", range: [-1, 1], mean: [0.5, 0.5, 0.5], std: [2, 2, 2] },
    ],
    [
      "without rescaling pixels go to 255",
      { image_processor_type: "ViTImageProcessor", size: 4, resample: 5, do_rescale: false },
      { width: 4, height: 4, fit: "stretch", resize: "hamming", range: [0, 255] },
    ],
  ])("%s", (_, file, expected) => {
    const findings = preprocessorFindings(file);
    expect(told(findings)).toEqual(expected);
    expect(guesses(findings)).toEqual([]);
  });

  it("is a guess where the kind of processor or its filter is not told", () => {
    expect(guesses(preprocessorFindings({ size: { height: 8, width: 8 } }))).toEqual([
      "input.width",
      "input.height",
      "input.fit",
      "input.resize",
    ]);
  });
});

describe("config.json of transformers", () => {
  it("orders its labels by number, and names the head by the number of labels or the kind of problem", () => {
    const id2label = Object.fromEntries(Array.from({ length: 11 }, (_, i) => [String(10 - i), `label ${10 - i}`]));
    const findings = configFindings({ architectures: ["ViTForImageClassification"], id2label });
    expect(told(findings)).toEqual({
      targets: Array.from({ length: 11 }, (_, i) => `label ${i}`),
      "output.activation": "softmax",
    });
    expect(guesses(findings)).toEqual(["output.activation"]);
    const multi = configFindings({ id2label: { 0: "a", 2: "c" }, problem_type: "multi_label_classification" });
    expect(told(multi)).toEqual({ targets: ["a", null, "c"], "output.activation": "sigmoid" });
    expect(told(configFindings({ id2label: { 0: "a" } }))["output.activation"]).toBe("sigmoid");
  });

  it("of another task is refused", () => {
    expect(() => configFindings({ architectures: ["ViTModel"] })).toThrow(
      'config.json: architectures: expected a model …ForImageClassification, got "ViTModel": export it for the task image-classification',
    );
  });
});

describe("config.json of timm", () => {
  const cfg = {
    input_size: [3, 224, 224],
    interpolation: "bicubic",
    crop_pct: 0.9,
    crop_mode: "center",
    mean: [0.5, 0.4, 0.3],
    std: [0.1, 0.2, 0.4],
  };

  it.each([
    ["center", {}, { fit: "cover", resizeTo: 248 }],
    ["squash", { crop_mode: "squash" }, { fit: "stretch", resizeTo: 248 }],
    ["border, filled with the mean", { crop_mode: "border" }, { fit: "contain", resizeTo: 248, fill: [0.5, 0.4, 0.3] }],
    ["nothing cut off", { crop_pct: 1 }, { fit: "cover" }],
  ])("frames as its evaluation does: %s", (_, change, expected) => {
    const findings = timmFindings({ pretrained_cfg: { ...cfg, ...change }, label_names: ["a", "b"] }, undefined);
    expect(told(findings)).toEqual({
      width: 224,
      height: 224,
      channels: 3,
      resize: "bicubic",
      overshoot: "cut",
      targets: ["a", "b"],
      "output.activation": "softmax",
      ...rgb,
      ...expected,
    });
  });

  it("is read at the size of its tests where the file was exported at it", () => {
    const tests = { ...cfg, test_input_size: [3, 288, 288], test_crop_pct: 0.95 };
    expect(told(timmFindings({ pretrained_cfg: tests }, 288))).toMatchObject({
      width: 288,
      height: 288,
      resizeTo: 303,
    });
    expect(told(timmFindings({ pretrained_cfg: tests }, 224))).toMatchObject({ width: 224, resizeTo: 248 });
    expect(timmFindings({ architectures: ["ViTForImageClassification"] }, 224)).toEqual([]);
  });
});

describe("metadata_props", () => {
  it("of YOLO name classes and size; how it crops is not in the file", () => {
    const names = `{0: 'a', 2: "b's", 1: 'c\\'d, e', 3: 'caf\\xe9'}`;
    const findings = metadataFindings({ task: "classify", imgsz: "[224, 192]", names });
    expect(told(findings)).toEqual({
      targets: ["a", "c'd, e", "b's", "café"],
      width: 192,
      height: 224,
      fit: "cover",
      resize: "bilinear",
      range: [0, 1],
      "output.activation": "softmax",
    });
    expect(guesses(findings)).toEqual(["input.fit", "input.resize", "input.range", "output.activation"]);
    expect(() => metadataFindings({ task: "detect", imgsz: "[640, 640]" })).toThrow(
      'metadata_props: task: expected "classify", got "detect"',
    );
    expect(() => metadataFindings({ task: "classify", imgsz: "[8, 8]", names: "{0: a}" })).toThrow(
      "metadata_props: names: expected a dict such as {0: 'cat', 1: 'dog'}, got \"0: a}\"",
    );
  });

  it("of Custom Vision and ONNX say order and range", () => {
    const range = { "Image.NominalPixelRange": "NominalRange_0_255" };
    expect(told(metadataFindings({ "Image.BitmapPixelFormat": "Bgr8", ...range }))).toEqual({
      channels: 3,
      order: "bgr",
      range: [0, 255],
      fit: "stretch",
    });
    expect(() => metadataFindings({ "Image.BitmapPixelFormat": "Yuv" })).toThrow(
      'metadata_props: Image.BitmapPixelFormat: expected Gray8, Rgb8, Bgr8, got "Yuv"',
    );
  });
});

describe("labels", () => {
  it("come as lines, a list, or a map either way", () => {
    expect(told(labelsTextFindings("\uFEFFcat\r\n\r\ntench, Tinca tinca\n\n"))).toEqual({
      targets: ["cat", null, "tench, Tinca tinca"],
    });
    for (const json of [["cat", "dog"], { 1: "dog", 0: "cat" }, { dog: 1, cat: 0 }]) {
      expect(told(labelsJsonFindings(json))).toEqual({ targets: ["cat", "dog"] });
    }
    expect(() => labelsJsonFindings({ a: "b" })).toThrow(
      "labels.json: expected a list of names, or a map between names and places",
    );
  });
});

describe("sources", () => {
  it("are heard in order, and of fields that belong together only the first source that has one", () => {
    const findings = settled([
      [found("input.fit", "stretch", "given")],
      [found("input.fit", "cover", "a"), found("input.resizeTo", 256, "a"), found("input.width", 224, "a")],
      [guessed("input.width", 8, "usual"), guessed("input.height", 8, "usual")],
    ]);
    expect(findings).toEqual([
      found("input.fit", "stretch", "given"),
      found("input.width", 224, "a"),
      guessed("input.height", 8, "usual"),
    ]);
    expect(manifestOf(findings, { kind: "classifier" })).toEqual({
      kind: "classifier",
      input: { fit: "stretch", width: 224, height: 8 },
    });
  });
});

import { CfalignError } from "../../base/errors.ts";
import { type Finding, found, guessed } from "./finding.ts";
import { pythonNames } from "./python-names.ts";

type Metadata = Readonly<Record<string, string>>;

/** What the `metadata_props` of an ONNX file say: those of YOLO, or the image keys of ONNX, which Custom Vision writes. */
export function metadataFindings(metadata: Metadata): readonly Finding[] {
  return [...yolo(metadata), ...imageKeys(metadata)];
}

function yolo({ task, imgsz, names }: Metadata): readonly Finding[] {
  if (task === undefined || imgsz === undefined) return [];
  if (task !== "classify") {
    throw new CfalignError("input", `metadata_props: task: expected "classify", got "${task}"`, {
      where: "metadata_props",
    });
  }
  const [height, width = height] = imgsz.match(/\d+/g)?.map(Number) ?? [];
  const from = "ultralytics' classifiers";
  return [
    ...(names === undefined ? [] : [found("targets", [...pythonNames(names)], "metadata_props: names")]),
    ...(height === undefined || width === undefined
      ? []
      : [found("input.width", width, "metadata_props: imgsz"), found("input.height", height, "metadata_props: imgsz")]),
    guessed("input.fit", "cover", from),
    guessed("input.resize", "bilinear", from),
    guessed("input.range", [0, 1], from),
    guessed("output.activation", "softmax", from),
  ];
}

const formats: Readonly<Record<string, readonly Finding[]>> = (() => {
  const from = "metadata_props: Image.BitmapPixelFormat";
  const colour = (order: "rgb" | "bgr"): readonly Finding[] => [
    found("input.channels", 3, from),
    found("input.order", order, from),
  ];
  return { Gray8: [found("input.channels", 1, from)], Rgb8: colour("rgb"), Bgr8: colour("bgr") };
})();

const ranges: Readonly<Record<string, readonly [number, number]>> = {
  NominalRange_0_255: [0, 255],
  Normalized_0_1: [0, 1],
  Normalized_1_1: [-1, 1],
};

function imageKeys(metadata: Metadata): readonly Finding[] {
  const format = metadata["Image.BitmapPixelFormat"];
  const range = metadata["Image.NominalPixelRange"];
  if (format === undefined && range === undefined) return [];
  const known = <T>(table: Readonly<Record<string, T>>, key: string, value: string | undefined): T | undefined => {
    if (value === undefined) return undefined;
    if (Object.hasOwn(table, value)) return table[value];
    const expected = Object.keys(table).join(", ");
    throw new CfalignError("input", `metadata_props: ${key}: expected ${expected}, got "${value}"`, { where: key });
  };
  const numbers = known(ranges, "Image.NominalPixelRange", range);
  return [
    ...(known(formats, "Image.BitmapPixelFormat", format) ?? []),
    ...(numbers === undefined ? [] : [found("input.range", [...numbers], "metadata_props: Image.NominalPixelRange")]),
    guessed("input.fit", "stretch", "Custom Vision"),
  ];
}

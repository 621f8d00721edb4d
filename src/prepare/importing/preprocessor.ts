import { z } from "zod";
import { type Interpolation, overshoots } from "../../platform/interpolation.ts";
import { type Finding, found, guessed } from "./finding.ts";

const side = z.number().int().positive();
const size = z.union([
  side,
  z.object({ height: side, width: side }),
  z.object({ shortest_edge: side, longest_edge: side.optional() }),
  z.object({ longest_edge: side }),
]);
const perChannel = z.union([z.number(), z.array(z.number())]).nullish();
const schema = z.object({
  image_processor_type: z.string().optional(),
  feature_extractor_type: z.string().optional(),
  do_resize: z.boolean().nullish(),
  size: size.nullish(),
  resample: z.number().int().nullish(),
  do_center_crop: z.boolean().nullish(),
  crop_size: size.nullish(),
  crop_pct: z.number().positive().nullish(),
  do_rescale: z.boolean().nullish(),
  rescale_factor: z.number().positive().nullish(),
  rescale_offset: z.boolean().nullish(),
  do_normalize: z.boolean().nullish(),
  image_mean: perChannel,
  image_std: perChannel,
  include_top: z.boolean().nullish(),
  do_flip_channel_order: z.boolean().nullish(),
});
type Preprocessor = z.infer<typeof schema>;

/** Numbers of PIL's filters. */
const filters: readonly Interpolation[] = ["nearest", "lanczos", "bilinear", "bicubic", "box", "hamming"];

interface Size {
  readonly width: number;
  readonly height: number;
}

/** How pictures become the size of the input, by the kind of processor; null for one that is not known. */
interface Plan extends Size {
  readonly fit: "stretch" | "cover";
  readonly resizeTo: Size;
  readonly known: boolean;
}

/**
 * What preprocessor_config.json says, as transformers' image processors read it: the same `size` and `crop_pct` mean other
 * things to others of them. Nothing for a file of another kind.
 */
export function preprocessorFindings(preprocessor: unknown): readonly Finding[] {
  const { data } = schema.safeParse(preprocessor);
  if (data === undefined) return [];
  const at = (field: string): string => `preprocessor_config.json: ${field}`;
  return [...framing(data, at), ...filter(data, at), ...scaling(data, at)];
}

/** "ConvNextFeatureExtractor" and "ConvNextImageProcessorFast" → "convnext". */
function kindOf({ image_processor_type: type, feature_extractor_type: older }: Preprocessor): string {
  return (type ?? older ?? "").replace(/(ImageProcessor|FeatureExtractor)(Fast)?$/, "").toLowerCase();
}

function framing(data: Preprocessor, at: (field: string) => string): readonly Finding[] {
  const plan = planOf(data);
  if (plan === undefined) return [];
  const { width, height, fit, resizeTo, known } = plan;
  const say = known ? found : guessed;
  const cropped = resizeTo.width !== width || resizeTo.height !== height;
  const sizeFrom = at(cropped && data.crop_size ? "crop_size" : "size");
  return [
    say("input.width", width, sizeFrom),
    say("input.height", height, sizeFrom),
    say("input.fit", fit, at("size")),
    ...(cropped
      ? [
          say(
            "input.resizeTo",
            resizeTo.width === resizeTo.height ? resizeTo.width : resizeTo,
            at(data.crop_pct ? "crop_pct" : "size"),
          ),
        ]
      : []),
  ];
}

function square(side: number): Size {
  return { width: side, height: side };
}

function boxOf(value: Preprocessor["size"]): Size | undefined {
  if (typeof value === "number") return square(value);
  return value && "height" in value ? { width: value.width, height: value.height } : undefined;
}

function planOf(data: Preprocessor): Plan | undefined {
  const kind = kindOf(data);
  const box = boxOf(data.size);
  const edge =
    data.size && typeof data.size === "object" && "shortest_edge" in data.size ? data.size.shortest_edge : undefined;
  const crop = boxOf(data.crop_size) ?? (edge === undefined ? undefined : square(edge));
  const known = kind !== "";
  if (kind === "convnext") {
    // Below 384 the picture is made larger than the crop, from there on it is stretched.
    const asked = edge ?? box?.width;
    if (asked === undefined) return undefined;
    if (asked >= 384) return { ...square(asked), fit: "stretch", resizeTo: square(asked), known };
    const larger = Math.floor(asked / (data.crop_pct ?? 224 / 256));
    return { ...square(asked), fit: "cover", resizeTo: square(larger), known };
  }
  if (kind === "levit" && edge !== undefined) {
    return { ...(crop ?? square(edge)), fit: "cover", resizeTo: square(Math.floor((256 / 224) * edge)), known };
  }
  if (kind === "poolformer" && edge !== undefined) {
    return {
      ...(crop ?? square(edge)),
      fit: "cover",
      resizeTo: square(Math.floor(edge / (data.crop_pct ?? 0.9))),
      known,
    };
  }
  const cropping = data.do_center_crop ?? (data.crop_size !== undefined && data.crop_size !== null);
  if (edge !== undefined) {
    // Without a crop the other side is free, and only a square picture has the size of the input.
    return {
      ...(cropping ? (crop ?? square(edge)) : square(edge)),
      fit: "cover",
      resizeTo: square(edge),
      known: known && cropping,
    };
  }
  if (box === undefined) return undefined;
  // CLIP's older files give the shortest edge as a number.
  const fit = typeof data.size === "number" && kind === "clip" ? "cover" : "stretch";
  return { ...(cropping ? (boxOf(data.crop_size) ?? box) : box), fit, resizeTo: box, known };
}

function filter(data: Preprocessor, at: (field: string) => string): readonly Finding[] {
  const given = data.resample === null || data.resample === undefined ? undefined : filters[data.resample];
  const usual = {
    clip: "bicubic",
    efficientnet: "nearest",
    siglip: "bicubic",
    beit: "bicubic",
    deit: "bicubic",
  } as const;
  const kind = kindOf(data);
  const resize = given ?? (Object.hasOwn(usual, kind) ? usual[kind as keyof typeof usual] : "bilinear");
  return [
    given === undefined
      ? guessed("input.resize", resize, "transformers, for this kind of processor")
      : found("input.resize", resize, at("resample")),
    ...(overshoots(resize) ? [found("input.overshoot", "cut", "8-bit pictures")] : []),
  ];
}

function scaling(data: Preprocessor, at: (field: string) => string): readonly Finding[] {
  const rescaling = data.do_rescale ?? true;
  const factor = data.rescale_factor ?? 1 / 255;
  const low = data.rescale_offset === true ? -1 : 0;
  const top = rounded(255 * factor);
  const range: [number, number] = rescaling ? [low, top + low] : [0, 255];
  const bgr = data.do_flip_channel_order ?? kindOf(data) === "mobilevit";
  // The order is changed last: in the model's order, mean and std stand the other way round.
  const channels = (values: number | readonly number[]): number[] => {
    const three = typeof values === "number" ? [values, values, values] : [...values];
    return bgr ? three.reverse() : three;
  };
  const { image_mean: mean, image_std: std } = data;
  const normalized = data.do_normalize ?? (mean !== undefined && mean !== null);
  // EfficientNet's processor divides by std once more, as the original network does inside.
  const twice = kindOf(data) === "efficientnet" && data.include_top !== false;
  return [
    found(
      "input.range",
      range,
      data.rescale_factor || data.do_rescale === false ? at("rescale_factor") : "transformers' rescale_factor 1/255",
    ),
    ...(normalized && mean !== null && mean !== undefined
      ? [found("input.mean", channels(mean), at("image_mean"))]
      : []),
    ...(normalized && std !== null && std !== undefined
      ? [
          found(
            "input.std",
            channels(std).map((value) => (twice ? value * value : value)),
            at(twice ? "image_std, squared: include_top divides by it twice" : "image_std"),
          ),
        ]
      : []),
    ...(bgr ? [found("input.order", "bgr", at("do_flip_channel_order"))] : []),
  ];
}

/** 1/255 as a file has it is not exact: 255 times it is 1. */
function rounded(value: number): number {
  return Math.abs(value - Math.round(value)) < 1e-6 ? Math.round(value) : value;
}

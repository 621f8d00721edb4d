import { z } from "zod";
import { type Interpolation, interpolations, overshoots } from "../../platform/interpolation.ts";
import { type Finding, found, guessed } from "./finding.ts";

const schema = z.object({
  num_classes: z.number().int().positive().optional(),
  label_names: z.array(z.string().min(1)).min(1).optional(),
  pretrained_cfg: z.object({
    input_size: z.tuple([z.union([z.literal(1), z.literal(3)]), z.number().int(), z.number().int()]),
    test_input_size: z.tuple([z.number().int(), z.number().int(), z.number().int()]).nullish(),
    interpolation: z.string().nullish(),
    crop_pct: z.number().positive().nullish(),
    test_crop_pct: z.number().positive().nullish(),
    crop_mode: z.enum(["center", "squash", "border"]).nullish(),
    mean: z.array(z.number()).optional(),
    std: z.array(z.number()).optional(),
    label_names: z.array(z.string().min(1)).min(1).nullish(),
  }),
});

/** timm's own defaults (its data/constants.py). */
const defaults = { cropPct: 0.875, interpolation: "bicubic" } as const;

/**
 * What timm's config.json says: preprocessing as its evaluation does it. stated: the height that the file states, which tells
 * whether it was exported at the size of the tests. Nothing for a config of others.
 */
export function timmFindings(config: unknown, stated: number | undefined): readonly Finding[] {
  const { data } = schema.safeParse(config);
  if (data === undefined) return [];
  const { pretrained_cfg: cfg } = data;
  const at = (field: string): string => `config.json: pretrained_cfg.${field}`;
  const atTestSize =
    cfg.test_input_size !== null &&
    cfg.test_input_size !== undefined &&
    stated === cfg.test_input_size[1] &&
    stated !== cfg.input_size[1];
  const [, height, width] = atTestSize ? (cfg.test_input_size ?? cfg.input_size) : cfg.input_size;
  const sizeFrom = at(atTestSize ? "test_input_size" : "input_size");
  const pct = (atTestSize ? cfg.test_crop_pct : undefined) ?? cfg.crop_pct;
  const cropPct = pct ?? defaults.cropPct;
  const crop = (pct === undefined || pct === null ? guessed : found) as typeof found;
  const cropFrom = pct === undefined || pct === null ? "timm's default crop_pct" : at("crop_pct");
  const mode = cfg.crop_mode ?? "center";
  const resize = cfg.interpolation ?? defaults.interpolation;
  const filter: Interpolation = isInterpolation(resize) ? resize : defaults.interpolation;
  const scaled = { width: Math.floor(width / cropPct), height: Math.floor(height / cropPct) };
  const box = scaled.width === scaled.height ? scaled.width : scaled;
  const mean = cfg.mean;
  const names = data.label_names ?? cfg.label_names ?? undefined;
  const fit = ({ center: "cover", squash: "stretch", border: "contain" } as const)[mode];
  return [
    found("input.width", width, sizeFrom),
    found("input.height", height, sizeFrom),
    found("input.channels", cfg.input_size[0], at("input_size")),
    found("input.fit", fit, cfg.crop_mode ? at("crop_mode") : "timm's crop_mode center"),
    ...(scaled.width === width && scaled.height === height ? [] : [crop("input.resizeTo", box, cropFrom)]),
    ...(mode === "border" && mean !== undefined ? [found("input.fill", mean, "timm's border, the mean colour")] : []),
    (isInterpolation(cfg.interpolation) ? found : guessed)(
      "input.resize",
      filter,
      cfg.interpolation ? at("interpolation") : "timm's default interpolation",
    ),
    ...(overshoots(filter) ? [found("input.overshoot", "cut", "8-bit pictures")] : []),
    found("input.range", [0, 1], "timm"),
    ...(mean === undefined ? [] : [found("input.mean", mean, at("mean"))]),
    ...(cfg.std === undefined ? [] : [found("input.std", cfg.std, at("std"))]),
    ...(names === undefined ? [] : [found("targets", names, "config.json: label_names")]),
    guessed(
      "output.activation",
      (names?.length ?? data.num_classes) === 1 ? "sigmoid" : "softmax",
      "timm's classifiers",
    ),
  ];
}

function isInterpolation(name: string | null | undefined): name is Interpolation {
  return interpolations.some((known) => known === name);
}

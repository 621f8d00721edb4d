import { absent, floats, ints64, linear, normal, type Row } from "../row.ts";

type Attributes = NonNullable<NonNullable<Parameters<typeof linear>[3]>["attributes"]>;

const coordinates = ["half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners", "asymmetric"];
const roundings = ["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"];

const scaled = (title: string, dims: readonly number[], scales: readonly number[], attributes: Attributes): Row =>
  linear("Resize", title, [normal(...dims), absent, floats(scales)], { attributes });
const sized = (title: string, dims: readonly number[], sizes: readonly number[], attributes: Attributes): Row =>
  linear("Resize", title, [normal(...dims), absent, absent, ints64(sizes)], { attributes });

export const resizing: readonly Row[] = [
  ...coordinates.flatMap((coordinate) => [
    ...roundings.flatMap((rounding) => {
      const attributes = { mode: "nearest", coordinate_transformation_mode: coordinate, nearest_mode: rounding };
      const title = `nearest, ${coordinate}, ${rounding}`;
      return [
        scaled(`${title}: ×2`, [2, 3, 3, 4], [1, 1, 2, 2], attributes),
        scaled(`${title}: ×3 and ×1`, [1, 2, 3, 4], [1, 1, 3, 1], attributes),
        scaled(`${title}: ×1.7 and ×0.6`, [1, 2, 4, 7], [1, 1, 1.7, 0.6], attributes),
        sized(`${title}: to sizes`, [1, 2, 4, 5], [1, 2, 7, 3], attributes),
      ];
    }),
    ...["linear", "cubic"].flatMap((mode) => {
      const attributes = { mode, coordinate_transformation_mode: coordinate };
      const title = `${mode}, ${coordinate}`;
      return [
        scaled(`${title}: ×2`, [2, 3, 3, 4], [1, 1, 2, 2], attributes),
        scaled(`${title}: ×1.7 and ×0.6`, [1, 2, 4, 7], [1, 1, 1.7, 0.6], attributes),
        sized(`${title}: to sizes`, [1, 2, 4, 5], [1, 2, 7, 3], attributes),
        sized(`${title}: to one pixel`, [1, 2, 4, 5], [1, 2, 1, 1], attributes),
      ];
    }),
  ]),
  scaled("the defaults: ×2", [1, 2, 3, 3], [1, 1, 2, 2], {}),
  scaled("×1 only", [1, 2, 3, 3], [1, 1, 1, 1], {}),
  scaled("linear ×4", [1, 1, 3, 2], [1, 1, 4, 4], { mode: "linear" }),
  scaled("nearest over one dimension", [2, 3, 4], [1, 1, 2], {
    coordinate_transformation_mode: "asymmetric",
    nearest_mode: "floor",
  }),
  scaled("nearest over three dimensions", [1, 2, 2, 3, 2], [1, 1, 2, 2, 2], {
    coordinate_transformation_mode: "asymmetric",
    nearest_mode: "floor",
  }),
  scaled("linear over three dimensions", [1, 2, 2, 3, 2], [1, 1, 2, 2, 1.5], { mode: "linear" }),
  scaled("linear over one dimension", [2, 3, 4], [1, 1, 2], { mode: "linear" }),
  scaled("nearest over channels", [1, 2, 3, 3], [1, 2, 1, 2], {
    coordinate_transformation_mode: "asymmetric",
    nearest_mode: "floor",
  }),
  scaled("a matrix", [3, 4], [2, 1.5], { mode: "linear" }),
  sized("the axes attribute", [1, 2, 3, 4], [6, 5], { mode: "linear", axes: [2, 3] }),
  sized("negative axes in another order", [1, 2, 3, 4], [5, 6], { mode: "linear", axes: [-1, -2] }),
  ...["not_larger", "not_smaller"].flatMap((policy) =>
    ["nearest", "linear", "cubic"].flatMap((mode) => {
      const attributes = { mode, keep_aspect_ratio_policy: policy };
      return [
        sized(`${mode}, ${policy}`, [1, 2, 4, 6], [7, 8], { ...attributes, axes: [2, 3] }),
        sized(`${mode}, ${policy}, smaller`, [1, 2, 9, 7], [4, 5], { ...attributes, axes: [2, 3] }),
        sized(`${mode}, ${policy}, axes in another order`, [1, 2, 4, 6], [8, 7], { ...attributes, axes: [3, 2] }),
      ];
    }),
  ),
  sized("nearest ×2, not_larger", [1, 2, 3, 4], [6, 9], {
    keep_aspect_ratio_policy: "not_larger",
    axes: [2, 3],
  }),
  sized("linear over all axes, not_larger", [3, 4], [8, 7], { mode: "linear", keep_aspect_ratio_policy: "not_larger" }),
  scaled("linear, antialiased", [1, 2, 7, 9], [1, 1, 0.5, 0.4], { mode: "linear", antialias: 1 }),
  scaled("cubic, antialiased", [1, 2, 7, 9], [1, 1, 0.5, 0.4], { mode: "cubic", antialias: 1 }),
  scaled("cubic, exclude_outside", [1, 2, 5, 6], [1, 1, 1.5, 2], {
    mode: "cubic",
    exclude_outside: 1,
    cubic_coeff_a: { float: -0.5 },
  }),
  linear(
    "Resize",
    "cropping beyond the image",
    [normal(1, 2, 4, 5), floats([0, 0, 0.2, -0.3, 1, 1, 0.8, 1.2]), absent, ints64([1, 2, 5, 7])],
    {
      attributes: {
        mode: "linear",
        coordinate_transformation_mode: "tf_crop_and_resize",
        extrapolation_value: { float: 0.5 },
      },
    },
  ),
];

import { fed, floats, type Input, ints64, linear, normal, type Row, smooth, weights } from "../row.ts";

/** How far from whole and half pixels points stay: there reading has kinks and mirrors stand. */
const CLEAR = 0.1;

/** Points [1, …, rank] inside and around an image, by axis x, y, z: clear of kinks whether corners are aligned or not. */
const grid =
  (places: readonly number[], size: readonly number[]): Input =>
  (random) => {
    const along = (length: number): number => {
      for (;;) {
        const point = 3.2 * random.uniform() - 1.6;
        const pixels = [((point + 1) * length - 1) / 2, ((point + 1) * (length - 1)) / 2];
        if (pixels.every((pixel) => Math.abs(2 * pixel - Math.round(2 * pixel)) > 2 * CLEAR)) return point;
      }
    };
    const points = Array.from({ length: places.reduce((a, n) => a * n, 1) }, () => size.toReversed().map(along));
    return fed(points.flat(), [1, ...places, size.length])(random);
  };
const plane = grid([3, 4], [5, 6]);

const paddings = ["zeros", "border", "reflection"];

export const sampling: readonly Row[] = [
  ...["linear", "nearest", "cubic"].flatMap((mode) =>
    paddings.flatMap((padding_mode) =>
      [0, 1].flatMap((align_corners) => {
        const attributes = { mode, padding_mode, align_corners };
        const title = `${mode}, ${padding_mode}${align_corners ? ", corners aligned" : ""}`;
        return [
          linear("GridSample", title, [normal(1, 2, 5, 6), plane], { attributes }),
          ...(mode === "nearest"
            ? []
            : [smooth("GridSample", `${title}, by the grid`, [normal(1, 2, 5, 6), plane], { wrt: [1], attributes })]),
        ];
      }),
    ),
  ),
  linear("GridSample", "the defaults, two images", [normal(2, 1, 3, 4), normal(2, 2, 3, 2)]),
  smooth("GridSample", "three dimensions", [normal(1, 2, 3, 4, 3), grid([2, 2, 1], [3, 4, 3])], {
    wrt: [0, 1],
    attributes: { padding_mode: "border", align_corners: 1 },
  }),
  linear("GridSample", "one pixel, mirrored", [normal(1, 2, 1, 1), plane], {
    wrt: [0],
    attributes: { padding_mode: "reflection", align_corners: 1 },
  }),
  linear("AffineGrid", "images", [normal(2, 2, 3), ints64([2, 3, 4, 5])]),
  linear("AffineGrid", "images, corners aligned", [normal(1, 2, 3), ints64([1, 1, 3, 2])], {
    attributes: { align_corners: 1 },
  }),
  linear("AffineGrid", "volumes", [normal(2, 3, 4), ints64([2, 1, 2, 3, 4])]),
  ...[
    { title: "3×3 padded", image: [1, 2, 4, 5], weight: [3, 2, 3, 3], at: [4, 5], attributes: { pads: [1, 1, 1, 1] } },
    {
      title: "stride, dilation and two groups",
      image: [2, 4, 7, 6],
      weight: [4, 2, 2, 2],
      at: [3, 5],
      attributes: { strides: [2, 1], dilations: [2, 1], group: 2, offset_group: 2 },
    },
  ].flatMap(({ title, image, weight, at, attributes }) => {
    const [n = 1, , kh = 1, kw = 1] = [image[0], weight[1], weight[2], weight[3]];
    const groups = "offset_group" in attributes ? 2 : 1;
    const positions = groups * kh * kw;
    const offsets = (sampled: typeof normal) => sampled(n, 2 * positions, ...at);
    return [
      linear(
        "DeformConv",
        title,
        [
          normal(...image),
          normal(...weight),
          offsets(weights),
          normal(weight[0] as number),
          normal(n, positions, ...at),
        ],
        { wrt: [0, 1, 3, 4], attributes },
      ),
      linear(
        "DeformConv",
        `${title}, without bias and mask`,
        [normal(...image), weights(...weight), offsets(weights)],
        {
          attributes,
        },
      ),
      // Between pixels: offsets that keep clear of the kinks at whole ones.
      smooth(
        "DeformConv",
        `${title}, by the offsets`,
        [
          normal(...image),
          weights(...weight),
          (random) =>
            fed(
              Array.from({ length: n * 2 * positions * (at[0] as number) * (at[1] as number) }, () => {
                return random.integer(3) - 1 + 0.2 + 0.6 * random.uniform();
              }),
              [n, 2 * positions, ...at],
            )(random),
        ],
        { wrt: [2], attributes },
      ),
    ];
  }),
  ...["half_pixel", "output_half_pixel"].flatMap((coordinate_transformation_mode) => {
    // Inside, across an edge, far outside, thinner than a pixel, turned inside out; each in one of two images.
    const regions = [0, 0, 9, 7, -6, -3, 4, 5, 30, 30, 40, 40, 3.3, 2.2, 3.5, 6.9, 8, 8, 2, 3];
    const attributes = { coordinate_transformation_mode, output_height: 3, output_width: 2 };
    const aligned = (title: string, rois: Input, more: Readonly<Record<string, number | { float: number }>>) =>
      linear(
        "RoiAlign",
        `${title}, ${coordinate_transformation_mode}`,
        [normal(2, 3, 5, 6), rois, ints64([0, 1, 1, 0, 1])],
        { attributes: { ...attributes, ...more } },
      );
    return [
      aligned("two samples a side", fed(regions, [5, 4]), { sampling_ratio: 2, spatial_scale: { float: 0.6 } }),
      aligned("as many samples as pixels", floats(regions, [5, 4]), { spatial_scale: { float: 0.6 } }),
      aligned("full size", fed(regions, [5, 4]), { sampling_ratio: 3 }),
    ];
  }),
];

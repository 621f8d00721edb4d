import { ints64, linear, normal, type Row, weights } from "../row.ts";

type Attributes = NonNullable<NonNullable<Parameters<typeof linear>[3]>["attributes"]>;

interface Spec {
  readonly title: string;
  readonly image: readonly number[];
  readonly weight: readonly number[];
  readonly attributes?: Attributes;
}

const convs: readonly Spec[] = [
  { title: "1×1", image: [2, 3, 4, 5], weight: [4, 3, 1, 1] },
  { title: "3×3 without padding", image: [2, 3, 6, 7], weight: [4, 3, 3, 3] },
  { title: "3×3 padded", image: [2, 3, 6, 7], weight: [4, 3, 3, 3], attributes: { pads: [1, 1, 1, 1] } },
  {
    title: "an even kernel with one-sided pads",
    image: [1, 2, 5, 6],
    weight: [3, 2, 2, 4],
    attributes: { pads: [1, 2, 0, 1] },
  },
  { title: "pads beyond the kernel", image: [1, 2, 4, 4], weight: [3, 2, 2, 2], attributes: { pads: [2, 3, 2, 1] } },
  { title: "stride 2", image: [2, 3, 8, 8], weight: [4, 3, 3, 3], attributes: { strides: [2, 2], pads: [1, 1, 1, 1] } },
  {
    title: "stride 2 on odd sizes",
    image: [2, 3, 7, 9],
    weight: [4, 3, 3, 3],
    attributes: { strides: [2, 2], pads: [1, 1, 1, 1] },
  },
  {
    title: "stride 2 of a whole block of channels",
    image: [2, 16, 5, 6],
    weight: [3, 16, 3, 3],
    attributes: { strides: [2, 2] },
  },
  { title: "strides that do not divide", image: [1, 2, 10, 11], weight: [3, 2, 3, 2], attributes: { strides: [3, 4] } },
  { title: "a stride beyond the kernel", image: [1, 2, 9, 9], weight: [3, 2, 1, 2], attributes: { strides: [3, 4] } },
  {
    title: "strides that differ",
    image: [1, 2, 6, 8],
    weight: [3, 2, 3, 3],
    attributes: { strides: [1, 2], pads: [1, 1, 1, 1] },
  },
  {
    title: "7×7 stride 2",
    image: [1, 3, 15, 16],
    weight: [4, 3, 7, 7],
    attributes: { strides: [2, 2], pads: [3, 3, 3, 3] },
  },
  {
    title: "dilation",
    image: [1, 2, 9, 10],
    weight: [3, 2, 3, 3],
    attributes: { dilations: [2, 3], pads: [2, 3, 2, 3] },
  },
  {
    title: "dilation and stride",
    image: [1, 2, 11, 12],
    weight: [3, 2, 3, 3],
    attributes: { dilations: [2, 2], strides: [2, 3], pads: [1, 0, 2, 1] },
  },
  { title: "two groups", image: [2, 4, 5, 5], weight: [6, 2, 3, 3], attributes: { group: 2, pads: [1, 1, 1, 1] } },
  {
    title: "two groups, stride 2",
    image: [2, 4, 6, 5],
    weight: [6, 2, 3, 3],
    attributes: { group: 2, strides: [2, 2], pads: [1, 1, 1, 1] },
  },
  { title: "depthwise", image: [2, 3, 6, 6], weight: [3, 1, 3, 3], attributes: { group: 3, pads: [1, 1, 1, 1] } },
  {
    title: "depthwise, stride 2",
    image: [2, 3, 7, 6],
    weight: [3, 1, 3, 3],
    attributes: { group: 3, strides: [2, 2], pads: [1, 1, 1, 1] },
  },
  { title: "depthwise with two maps per channel", image: [2, 3, 6, 6], weight: [6, 1, 3, 3], attributes: { group: 3 } },
  {
    title: "SAME_UPPER, stride 1, even kernel",
    image: [1, 2, 5, 6],
    weight: [3, 2, 2, 4],
    attributes: { auto_pad: "SAME_UPPER" },
  },
  {
    title: "SAME_LOWER, stride 1, even kernel",
    image: [1, 2, 5, 6],
    weight: [3, 2, 2, 4],
    attributes: { auto_pad: "SAME_LOWER" },
  },
  {
    title: "SAME_UPPER, stride 2",
    image: [1, 2, 7, 8],
    weight: [3, 2, 3, 3],
    attributes: { auto_pad: "SAME_UPPER", strides: [2, 2] },
  },
  {
    title: "SAME_LOWER, stride 2",
    image: [1, 2, 7, 8],
    weight: [3, 2, 3, 3],
    attributes: { auto_pad: "SAME_LOWER", strides: [2, 2] },
  },
  {
    title: "SAME_UPPER where the stride leaves nothing to pad",
    image: [1, 2, 6, 7],
    weight: [3, 2, 1, 1],
    attributes: { auto_pad: "SAME_UPPER", strides: [2, 3] },
  },
  { title: "VALID", image: [1, 2, 7, 8], weight: [3, 2, 3, 3], attributes: { auto_pad: "VALID", strides: [2, 2] } },
  { title: "one dimension", image: [2, 3, 9], weight: [4, 3, 3], attributes: { pads: [1, 1] } },
  { title: "one dimension, stride 2", image: [2, 3, 9], weight: [4, 3, 4], attributes: { pads: [1, 2], strides: [2] } },
  {
    title: "three dimensions",
    image: [1, 2, 4, 5, 4],
    weight: [3, 2, 3, 2, 3],
    attributes: { pads: [1, 0, 1, 1, 0, 1] },
  },
  {
    title: "three dimensions, stride 2",
    image: [1, 2, 5, 5, 6],
    weight: [3, 2, 3, 2, 3],
    attributes: { pads: [1, 0, 1, 1, 0, 1], strides: [2, 2, 2] },
  },
  { title: "an output of one position", image: [1, 2, 3, 3], weight: [3, 2, 3, 3] },
];

const transposed: readonly Spec[] = [
  { title: "stride 1", image: [2, 3, 4, 5], weight: [3, 4, 3, 3] },
  {
    title: "4×4 stride 2, the usual decoder",
    image: [2, 3, 4, 5],
    weight: [3, 4, 4, 4],
    attributes: { strides: [2, 2], pads: [1, 1, 1, 1] },
  },
  {
    title: "output_padding",
    image: [2, 3, 4, 5],
    weight: [3, 4, 3, 3],
    attributes: { strides: [2, 2], pads: [1, 1, 1, 1], output_padding: [1, 1] },
  },
  {
    title: "output_padding on one axis",
    image: [1, 3, 4, 5],
    weight: [3, 2, 3, 3],
    attributes: { strides: [2, 3], output_padding: [0, 2] },
  },
  { title: "kernel equal to the stride", image: [2, 3, 4, 5], weight: [3, 4, 2, 2], attributes: { strides: [2, 2] } },
  {
    title: "kernel smaller than the stride",
    image: [1, 2, 3, 4],
    weight: [2, 3, 2, 1],
    attributes: { strides: [3, 3] },
  },
  {
    title: "groups",
    image: [1, 4, 4, 4],
    weight: [4, 3, 3, 3],
    attributes: { group: 2, strides: [2, 2], pads: [1, 1, 1, 1] },
  },
  {
    title: "depthwise",
    image: [2, 3, 4, 4],
    weight: [3, 1, 4, 4],
    attributes: { group: 3, strides: [2, 2], pads: [1, 1, 1, 1] },
  },
  {
    title: "dilation",
    image: [1, 2, 4, 5],
    weight: [2, 3, 3, 3],
    attributes: { dilations: [2, 3], pads: [1, 2, 0, 1] },
  },
  {
    title: "dilation and stride",
    image: [1, 2, 4, 5],
    weight: [2, 3, 3, 2],
    attributes: { dilations: [2, 1], strides: [2, 3] },
  },
  {
    title: "one-sided pads",
    image: [1, 2, 5, 5],
    weight: [2, 3, 3, 3],
    attributes: { strides: [2, 2], pads: [0, 1, 1, 0] },
  },
  {
    title: "a forced output shape",
    image: [1, 2, 4, 5],
    weight: [2, 3, 3, 3],
    attributes: { strides: [2, 2], output_shape: [8, 10] },
  },
  {
    title: "a forced output shape, SAME_UPPER",
    image: [1, 2, 4, 5],
    weight: [2, 3, 3, 3],
    attributes: { strides: [2, 2], output_shape: [8, 10], auto_pad: "SAME_UPPER" },
  },
  {
    title: "SAME_UPPER",
    image: [1, 2, 4, 5],
    weight: [2, 3, 3, 3],
    attributes: { strides: [2, 2], auto_pad: "SAME_UPPER" },
  },
  {
    title: "SAME_LOWER",
    image: [1, 2, 4, 5],
    weight: [2, 3, 3, 3],
    attributes: { strides: [2, 2], auto_pad: "SAME_LOWER" },
  },
  { title: "one dimension", image: [2, 3, 5], weight: [3, 4, 4], attributes: { strides: [2], pads: [1, 1] } },
  { title: "three dimensions", image: [1, 2, 3, 3, 3], weight: [2, 3, 2, 3, 2], attributes: { strides: [2, 1, 2] } },
];

const rows = (op: string, specs: readonly Spec[], outputs: (spec: Spec) => number): Row[] =>
  specs.flatMap((spec) => {
    const options = spec.attributes === undefined ? {} : { attributes: spec.attributes };
    const channels = outputs(spec);
    return [
      linear(op, spec.title, [normal(...spec.image), weights(...spec.weight), weights(channels)], options),
      linear(
        op,
        `${spec.title}, by weights and bias`,
        [normal(...spec.image), normal(...spec.weight), normal(channels)],
        {
          ...options,
          wrt: [1, 2],
        },
      ),
    ];
  });

const groupOf = ({ attributes }: Spec): number => (typeof attributes?.group === "number" ? attributes.group : 1);

export const convolution: readonly Row[] = [
  ...rows("Conv", convs, ({ weight }) => weight[0] as number),
  ...rows("ConvTranspose", transposed, (spec) => (spec.weight[1] as number) * groupOf(spec)),
  linear("Col2Im", "blocks that overlap", [normal(2, 6, 9), ints64([4, 5]), ints64([2, 1])], {
    attributes: { strides: [1, 2] },
  }),
  linear("Col2Im", "dilation and pads", [normal(1, 8, 16), ints64([4, 5]), ints64([2, 2])], {
    attributes: { dilations: [2, 1], pads: [1, 0, 1, 0] },
  }),
  linear("Conv", "without a bias", [normal(1, 2, 5, 5), weights(3, 2, 3, 3)]),
];

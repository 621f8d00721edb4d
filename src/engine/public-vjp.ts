export { CfalignError } from "../base/errors.ts";
export type { Tensor } from "../base/tensor.ts";
export type { TypedTensor } from "../platform/platform.ts";
export { type Differentiable, type DifferentiableOptions, differentiable, type VjpResult } from "./differentiable.ts";
export { type DifferentiateOptions, differentiate, type GradientFile } from "./differentiate.ts";

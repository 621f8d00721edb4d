export { CfalignError } from "../errors.ts";
export type { TypedTensor } from "../platform/platform.ts";
export type { Tensor } from "../tensor.ts";
export { type Differentiable, type DifferentiableOptions, differentiable, type VjpResult } from "./differentiable.ts";
export { type DifferentiateOptions, differentiate, type GradientFile } from "./differentiate.ts";

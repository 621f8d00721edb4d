import type { SaliencyMethod } from "../index.ts";

/** The names of the methods: the library, which has them too, is loaded only by a verb that runs. */
export const saliencyMethods: readonly SaliencyMethod[] = [
  "input-gradients",
  "integrated-gradients",
  "guided-backprop",
];

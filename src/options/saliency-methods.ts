/** Ways to say which pixels a prediction hangs on, as on the command line. */
export const saliencyMethods = ["input-gradients", "integrated-gradients", "guided-backprop"] as const;
export type SaliencyMethod = (typeof saliencyMethods)[number];

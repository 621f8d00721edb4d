import type { RectifyOptions } from "../../src/rectify/options.ts";

/** What the repairs of the small world are asked for, here and in a process that is killed. */
export const repairOptions: Pick<RectifyOptions, "targets" | "against" | "method"> & Partial<RectifyOptions> = {
  ...{ targets: ["biased"], against: ["glasses"], method: "all" },
  ...{ limit: 60, maxShift: 3, fits: 1, maxSteps: 10, judgePictures: 40, seed: 3 },
};

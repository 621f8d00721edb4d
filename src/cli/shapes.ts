import { optionError } from "./context.ts";

/** Parses "input=1x3x224x224,mask=1x1". */
export function shapesOf(text: string): Record<string, number[]> {
  return Object.fromEntries(
    text.split(",").map((entry) => {
      const [, name, dims] = /^\s*(.+?)\s*=\s*(\d+(?:x\d+)*)\s*$/.exec(entry) ?? [];
      if (name === undefined || dims === undefined) {
        throw optionError("--shape", "input=sizes such as input=1x3x224x224", entry);
      }
      return [name, dims.split("x").map(Number)];
    }),
  );
}

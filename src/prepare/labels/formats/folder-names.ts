import { type LabelFormat, oneHot, splitOf } from "../table.ts";

const splits = new Set(["train", "val", "valid", "validation", "test"]);

/** Folders named by class, below folders of splits or none: `train/cat/1.jpg`, `cat/1.jpg`. */
export const folderNames: LabelFormat = {
  name: "folder-names",
  expects: "images in at least two folders named by class, such as cat/1.jpg and dog/2.jpg",
  read(_, images) {
    const parts = images.map((name) => name.split("/"));
    const classes = parts.map((path) => (path.length < 2 ? "" : (path.at(-2) as string)));
    if (new Set(classes.filter((name) => name !== "" && !splits.has(name))).size < 2) return undefined;
    const labels = oneHot(classes.map((name) => (splits.has(name) ? "" : name)));
    return {
      rows: images.map((name, i) => ({
        name,
        split: splitOf(parts[i]?.slice(0, -1).find((part) => splits.has(part))),
        labels: labels[i] ?? {},
      })),
      notes: [],
    };
  },
};

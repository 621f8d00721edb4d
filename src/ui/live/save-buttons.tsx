import { useState } from "react";
import type { Link } from "./link.ts";
import { type SavedAs, save, savedAs } from "./save.ts";

interface Props {
  readonly link: Link;
  readonly traversal: number;
  /** What the files are called. */
  readonly name: string;
}

const titles: Readonly<Record<SavedAs, string>> = {
  png: "the way as a strip of pictures",
  svg: "the strip as a drawing",
  gif: "the way there and back as an animation",
  json: "all numbers, as cfalign explain writes them",
};

/** Saves what is seen, in the forms that there are. */
export function SaveButtons({ link, traversal, name }: Props) {
  const [failure, setFailure] = useState<string>();
  const start = (as: SavedAs): void => {
    setFailure(undefined);
    save(link, { traversal, name }, as).catch((error: Error) => setFailure(`not saved: ${error.message}`));
  };
  return (
    <p className="save">
      Save{" "}
      {savedAs.map((as) => (
        <button key={as} type="button" title={titles[as]} onClick={() => start(as)}>
          {as.toUpperCase()}
        </button>
      ))}
      {failure !== undefined && <span role="alert">{failure}</span>}
    </p>
  );
}

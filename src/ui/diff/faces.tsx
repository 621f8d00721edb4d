import { useMemo, useState } from "react";
import type { ComparedFaces, DiffData } from "../../report/data.ts";
import { Choice } from "../parts/choice.tsx";
import { CounterfactualFigure } from "../parts/counterfactual-figure.tsx";
import { tileCut } from "../parts/frame.tsx";
import { decimal, plural } from "../parts/numbers.ts";
import type { ShownCell } from "./diff-figures.ts";

interface Props {
  readonly data: DiffData;
  readonly cell: ShownCell;
}

/** What the base of each run made of one image, one beside the other. */
export function Faces({ data, cell }: Props) {
  const faces = data.faces.find(({ base }) => base === cell.base.after);
  const places = useMemo(() => placesOf(faces, cell.downstream.after), [faces, cell.downstream.after]);
  const [chosen, setChosen] = useState<string>();
  if (faces === undefined || places.length === 0) {
    return (
      <p className="note">
        No image of this cell that both runs used is in this file as a picture
        {data.omittedFaces > 0 ? ": those of some bases did not fit" : ""}.
      </p>
    );
  }
  const both = data.diff.rows.find(({ base }) => base.after === cell.base.after)?.both ?? 0;
  const changes = faces.changes[cell.downstream.after] ?? [];
  const place = places.find((each) => faces.images[each] === chosen) ?? places[0] ?? 0;
  // Words, since an object would sort whole numbers.
  const wordOf = (each: number): string => `image ${each}`;
  const count = 4 * faces.images.length;
  return (
    <div className="beside">
      <Choice
        label="On the same image, largest difference first"
        value={wordOf(place)}
        names={Object.fromEntries(places.map((each) => [wordOf(each), nameOf(faces, each, changes[each])]))}
        choose={(word) => setChosen(faces.images[places.find((each) => wordOf(each) === word) ?? -1])}
      />
      <div className="beside-rows">
        {(["before", "after"] as const).map((side, index) => (
          <CounterfactualFigure
            key={side}
            base={`${cell.base[side]} in ${data[side].title}`}
            before={tileCut(faces.tiles, 4 * place + 2 * index, count)}
            after={tileCut(faces.tiles, 4 * place + 2 * index + 1, count)}
          >
            <b>{data[side].title}</b>: {cell.base[side]} lowered; relative change of {cell.downstream[side]}:{" "}
            {decimal(changes[place]?.[index])}
          </CounterfactualFigure>
        ))}
      </div>
      <p className="note">
        {faces.images.length} of {plural(both, "image")} used under both are in this file, those on which some relative
        change differs most: not a random sample.
      </p>
    </div>
  );
}

/** Images with this relative change in both runs, largest difference first. */
function placesOf(faces: ComparedFaces | undefined, downstream: string): number[] {
  const changes = faces?.changes[downstream] ?? [];
  const contrast = (place: number): number => {
    const [before, after] = changes[place] ?? [0, 0];
    return Math.abs(after - before);
  };
  return [...changes.keys()].filter((place) => changes[place] !== null).sort((a, b) => contrast(b) - contrast(a));
}

function nameOf(
  { images }: ComparedFaces,
  place: number,
  change: readonly [number, number] | null | undefined,
): string {
  return `${images[place]}: ${decimal(change?.[0])} → ${decimal(change?.[1])}`;
}

import { useRef, useState } from "react";
import type { Mark } from "../../label/label-table.ts";
import { makeStop } from "../parts/rove.ts";

interface Props {
  /** What they are. */
  readonly label: string;
  readonly places: readonly number[];
  readonly names: readonly string[];
  readonly marks: readonly Mark[];
  /** What a click makes of a mark. */
  readonly clicked: (mark: Mark) => Mark;
  readonly mark: (places: readonly number[], mark: Mark) => void;
}

const words = new Map<Mark | undefined, string>([
  [1, "has it"],
  [0, "has not"],
]);

const keys: Readonly<Record<string, Mark>> = { "1": 1, y: 1, "0": 0, x: 0, Delete: null, Backspace: null };

/** Pictures to be marked: by clicks, a range with Shift, or keys. One tab stop, with arrows inside. */
export function PictureGrid({ label, places, names, marks, clicked, mark }: Props) {
  const [anchor, setAnchor] = useState<number>();
  const field = useRef<HTMLFieldSetElement>(null);
  const click = (place: number, isRange: boolean): void => {
    const [from, to] = [places.indexOf(anchor ?? place), places.indexOf(place)].sort((a, b) => a - b);
    const said = anchor === undefined ? null : (marks[anchor] ?? null);
    if (isRange && anchor !== undefined && from !== undefined && from >= 0 && said !== null) {
      mark(places.slice(from, (to as number) + 1), said);
    } else mark([place], clicked(marks[place] ?? null));
    setAnchor(place);
  };
  const pressed = (event: React.KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const tiles = [...(field.current?.querySelectorAll<HTMLElement>("button") ?? [])];
    const at = tiles.indexOf(document.activeElement as HTMLElement);
    const place = places[at];
    if (place === undefined) return;
    const said = keys[event.key];
    const next = said === undefined ? tiles[at + stepOf(event.key, tiles, at)] : tiles[at];
    if (said !== undefined) {
      mark([place], said);
      setAnchor(place);
    }
    if (said === undefined && (next === undefined || next === tiles[at])) return;
    event.preventDefault();
    makeStop(tiles, next);
    next?.focus();
  };
  return (
    <fieldset className="tiles" aria-label={label} ref={field} onKeyDown={pressed}>
      {places.map((place, i) => (
        <button
          key={place}
          type="button"
          className="tile"
          tabIndex={i === 0 ? 0 : -1}
          aria-pressed={marks[place] === 1}
          aria-label={`${names[place]}: ${words.get(marks[place]) ?? "not seen"}`}
          title={names[place]}
          data-place={place}
          data-mark={words.get(marks[place])}
          onClick={({ shiftKey }) => click(place, shiftKey)}
        >
          <img src={`pictures/${place}.webp`} alt="" loading="lazy" draggable={false} />
          <Badge mark={marks[place]} />
        </button>
      ))}
    </fieldset>
  );
}

/** A tick, or a stroke. */
function Badge({ mark }: { readonly mark: Mark | undefined }) {
  if (mark == null) return null;
  return (
    <svg className="badge" viewBox="0 0 20 20" aria-hidden="true">
      <circle cx="10" cy="10" r="9" />
      <path d={mark === 1 ? "m5.5 10.5 3 3 6-7" : "M6 10h8"} />
    </svg>
  );
}

/** How far an arrow goes: up and down by lines of tiles. */
function stepOf(key: string, tiles: readonly HTMLElement[], at: number): number {
  const top = tiles[0]?.offsetTop;
  const lower = tiles.findIndex(({ offsetTop }) => offsetTop !== top);
  const columns = lower < 0 ? tiles.length : lower;
  const steps: Readonly<Record<string, number>> = {
    ...{ ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns },
    ...{ Home: -at, End: tiles.length - 1 - at },
  };
  return steps[key] ?? 0;
}

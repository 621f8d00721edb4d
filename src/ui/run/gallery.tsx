import { useMemo, useRef, useState } from "react";
import type { Cell } from "../../results/matrix-schema.ts";
import { presenceWords } from "../../words/cell.ts";
import { stopWords } from "../../words/search.ts";
import { Choice } from "../parts/choice.tsx";
import { download } from "../parts/download.ts";
import { TileImage, useShortUrl } from "../parts/frame.tsx";
import { decimal, plural } from "../parts/numbers.ts";
import { oneOf } from "../shell/hash.ts";
import {
  type GalleryFilter,
  type GalleryItem,
  type GalleryOrder,
  galleryOrders,
  orderedItems,
  shownItems,
} from "./gallery-items.ts";
import { csvOf, findQueryOf } from "./picked-list.ts";
import { useRun } from "./use-run.ts";

/** Images that are drawn before someone asks for all. */
const first = 60;

interface Props {
  readonly cell: Cell;
  readonly items: readonly GalleryItem[];
  readonly against: "low" | "high" | "far";
  /** Image that the viewer shows. */
  readonly current: string | undefined;
  readonly filter: GalleryFilter;
  readonly setFilter: (filter: GalleryFilter) => void;
  /** Names of the picked images of the base, in whatever cell they were picked. */
  readonly picked: ReadonlySet<string>;
  readonly setPicked: (picked: ReadonlySet<string>) => void;
  readonly open: (image: string) => void;
}

/** Every image of a cell before and after, to be filtered, sorted, opened and picked. */
export function Gallery(props: Props) {
  const { cell, items, against, current, filter, setFilter, picked, setPicked, open } = props;
  const [order, setOrder] = useState<GalleryOrder>("largest");
  const [all, setAll] = useState(false);
  const shown = useMemo(
    () => orderedItems(shownItems(items, filter, picked), order, against),
    [items, filter, picked, order, against],
  );
  const toggle = (name: string): void => {
    const next = new Set(picked);
    if (!next.delete(name)) next.add(name);
    setPicked(next);
  };
  const chosen = items.filter(({ name }) => picked.has(name));
  const without = items.filter(({ after }) => after === undefined).length;
  const bare = without === items.length;
  if (items.length === 0) return null;
  return (
    <div className="gallery">
      <h3>
        All {plural(items.length, "image")}
        {bare ? "" : ", before and after"}
      </h3>
      <Filters cell={cell} items={items} filter={filter} setFilter={setFilter}>
        <Choice label="Order" value={order} names={galleryOrders} choose={(word) => setOrder(oneOf(orders, word))} />
      </Filters>
      <p className="note" role="status">
        {shown.length === items.length ? "" : `${shown.length} of ${plural(items.length, "image")}. `}
        {withoutWords(without, items.length)}
        Arrow keys move, Enter opens, Space picks.
      </p>
      <Grid
        key={all ? "all" : "first"}
        {...{ cell, bare, picked, current, open, toggle }}
        items={all ? shown : shown.slice(0, first)}
      />
      {shown.length > first && (
        <button type="button" className="more" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? `Show the first ${first} only` : `Show all ${shown.length}`}
        </button>
      )}
      <Picked {...{ cell, chosen, shown, filter, setFilter }} pick={(names) => setPicked(new Set(names))} />
    </div>
  );
}

/** Why pictures are missing. */
function withoutWords(without: number, all: number): string {
  if (without === 0) return "";
  return without === all
    ? "None of them is in this file as a picture. "
    : `${without} of them are not in this file as pictures, to keep it small. `;
}

const orders = Object.keys(galleryOrders) as GalleryOrder[];

function Filters(props: {
  readonly cell: Cell;
  readonly items: readonly GalleryItem[];
  readonly filter: GalleryFilter;
  readonly setFilter: (filter: GalleryFilter) => void;
  readonly children: React.ReactNode;
}) {
  const { cell, items, filter, setFilter, children } = props;
  const { feature, label, stopReason, picked, ...numbers } = filter;
  const reasons = [...new Set(items.map(({ point }) => point.stopReason))];
  const set = <Key extends keyof GalleryFilter>(key: Key, value: GalleryFilter[Key] | undefined): void => {
    const { [key]: _, ...rest } = filter;
    setFilter(value === undefined ? rest : { ...rest, [key]: value });
  };
  const asked = { feature, label, stopReason, picked, ...numbers };
  const any = Object.values(asked).some((value) => value !== undefined);
  const bound = (key: "changeFrom" | "changeTo" | "predictionFrom" | "predictionTo", name: string) => (
    <input
      type="number"
      step="0.1"
      aria-label={name}
      value={filter[key] ?? ""}
      onChange={(event) => set(key, event.target.value === "" ? undefined : Number(event.target.value))}
    />
  );
  return (
    <div className="filters">
      <Choice
        label="Feature"
        value={feature ?? "any"}
        names={{ any: "with or without", with: `with ${cell.downstream}`, without: `without ${cell.downstream}` }}
        choose={(word) => set("feature", word === "with" || word === "without" ? word : undefined)}
      />
      <LabelFilter label={label} choose={(next) => set("label", next)} />
      {reasons.length > 1 && (
        <Choice
          label="Search"
          value={stopReason ?? ""}
          names={{
            "": "however it ended",
            ...Object.fromEntries(reasons.map((word) => [word, stopWords[word] ?? word])),
          }}
          choose={(word) => set("stopReason", word === "" ? undefined : word)}
        />
      )}
      <span className="choice">
        Change {bound("changeFrom", "Relative change from")} to {bound("changeTo", "Relative change to")}
      </span>
      <span className="choice">
        Prediction {bound("predictionFrom", `Prediction of ${cell.downstream} from`)} to{" "}
        {bound("predictionTo", `Prediction of ${cell.downstream} to`)}
      </span>
      {children}
      {any && (
        <button type="button" onClick={() => setFilter({})}>
          Clear
        </button>
      )}
    </div>
  );
}

/** Which value of which label pictures have. */
function LabelFilter(props: {
  readonly label: GalleryFilter["label"];
  readonly choose: (label: GalleryFilter["label"]) => void;
}) {
  const { label, choose } = props;
  const { report } = useRun();
  const labels = report.labels.filter(({ values }) => values.length > 1);
  if (labels.length === 0) return null;
  return (
    <label className="choice">
      Label{" "}
      <select
        value={label === undefined ? "" : JSON.stringify([label.name, label.value])}
        onChange={({ target }) => {
          const [name, value] = target.value === "" ? [] : (JSON.parse(target.value) as [string, number]);
          choose(name === undefined || value === undefined ? undefined : { name, value });
        }}
      >
        <option value="">any</option>
        {labels.flatMap(({ name, values }) =>
          values.map((value) => (
            <option key={JSON.stringify([name, value])} value={JSON.stringify([name, value])}>
              {name} = {value}
            </option>
          )),
        )}
      </select>
    </label>
  );
}

/** The pictures: one tab stop, arrow keys between them. */
function Grid(props: {
  readonly cell: Cell;
  /** Whether no image has a picture, so that names stand in their place. */
  readonly bare: boolean;
  readonly items: readonly GalleryItem[];
  readonly picked: ReadonlySet<string>;
  readonly current: string | undefined;
  readonly open: (image: string) => void;
  readonly toggle: (image: string) => void;
}) {
  const { cell, bare, items, picked, current, open, toggle } = props;
  const list = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(0);
  const stop = Math.min(at, items.length - 1);
  const before = useShortUrl(items.find((item) => item.before !== undefined)?.before?.source);
  const after = useShortUrl(items.find((item) => item.after !== undefined)?.after?.source);
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const item = items[stop];
    if (item === undefined) return;
    if (event.key === " ") toggle(item.name);
    if (event.key === "Enter") open(item.name);
    const wide = columnsOf(list.current);
    const steps: Readonly<Record<string, number>> = {
      ArrowRight: stop + 1,
      ArrowLeft: stop - 1,
      ArrowDown: stop + wide,
      ArrowUp: stop - wide,
      Home: 0,
      End: items.length - 1,
    };
    const next = steps[event.key];
    if (next === undefined && event.key !== " " && event.key !== "Enter") return;
    event.preventDefault();
    if (next === undefined || next < 0 || next >= items.length) return;
    setAt(next);
    (list.current?.children[next] as HTMLElement | undefined)?.focus();
  };
  return (
    <div
      ref={list}
      className="tiles"
      role="listbox"
      tabIndex={-1}
      aria-multiselectable="true"
      aria-label={`Images of ${cell.base} and ${cell.downstream}`}
      onKeyDown={onKeyDown}
    >
      {items.map((item, place) => (
        <Tile
          key={item.name}
          {...{ cell, bare, item, open, toggle, before, after }}
          picked={picked.has(item.name)}
          current={item.name === current}
          stop={place === stop}
          focused={() => setAt(place)}
        />
      ))}
    </div>
  );
}

/** One image before and after, to be opened and picked. */
function Tile(props: {
  readonly cell: Cell;
  readonly bare: boolean;
  readonly item: GalleryItem;
  readonly picked: boolean;
  readonly current: boolean;
  /** Whether it is the tab stop. */
  readonly stop: boolean;
  /** Addresses of the larger pictures that it is part of. */
  readonly before: string | undefined;
  readonly after: string | undefined;
  readonly focused: () => void;
  readonly open: (image: string) => void;
  readonly toggle: (image: string) => void;
}) {
  const { cell, bare, item, picked, current, stop, before, after, focused, open, toggle } = props;
  const { name, point, before: from, after: to } = item;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the list's
    <div
      role="option"
      tabIndex={stop ? 0 : -1}
      aria-selected={picked}
      aria-current={current ? "true" : undefined}
      aria-label={`${name}: relative change ${decimal(point.relativeChange)}, ${presenceWords(point.present)} ${cell.downstream}${point.apart ? ", in no mean" : ""}`}
      title={name}
      onFocus={focused}
      onClick={() => open(name)}
    >
      {bare ? (
        <span className="tile-name" aria-hidden="true">
          {name}
        </span>
      ) : (
        <span className="pair" aria-hidden="true">
          {from === undefined ? <i className="tile missing" /> : <TileImage cut={from} url={before} />}
          {to === undefined ? <i className="tile missing" /> : <TileImage cut={to} url={after} />}
        </span>
      )}
      <span className={point.present ? "with" : "without"} aria-hidden="true">
        {decimal(point.relativeChange)}
        {point.apart ? "*" : ""}
      </span>
      <button
        type="button"
        className="pick"
        tabIndex={-1}
        aria-hidden="true"
        onClick={(event) => {
          event.stopPropagation();
          toggle(name);
        }}
      />
    </div>
  );
}

/** How many pictures stand in one line. */
function columnsOf(list: HTMLElement | null): number {
  const tops = [...(list?.children ?? [])].map((child) => (child as HTMLElement).offsetTop);
  return Math.max(1, tops.filter((top) => top === tops[0]).length);
}

/** The picked images, to take along. */
function Picked(props: {
  readonly cell: Cell;
  readonly chosen: readonly GalleryItem[];
  readonly shown: readonly GalleryItem[];
  readonly filter: GalleryFilter;
  readonly setFilter: (filter: GalleryFilter) => void;
  readonly pick: (names: readonly string[]) => void;
}) {
  const { cell, chosen, shown, filter, setFilter, pick } = props;
  const { report } = useRun();
  const { picked: only, ...rest } = filter;
  return (
    <div className="picked">
      <p className="choice" role="status">
        {chosen.length === 0 ? "No image picked" : `${plural(chosen.length, "image")} picked`}
      </p>
      <button type="button" onClick={() => pick(shown.map(({ name }) => name))}>
        Pick all shown
      </button>
      {chosen.length > 0 && (
        <>
          <button
            type="button"
            aria-pressed={only === true}
            onClick={() => setFilter(only ? rest : { ...rest, picked: true })}
          >
            Only these
          </button>
          <button
            type="button"
            onClick={() => {
              setFilter(rest);
              pick([]);
            }}
          >
            Pick none
          </button>
          <button
            type="button"
            onClick={() =>
              download(`${fileName(cell)}.csv`, new Blob([csvOf(chosen, cell, report.labels)], { type: "text/csv" }))
            }
          >
            Save as CSV
          </button>
          <label className="query">
            <span>As a query of cfalign find</span>
            <textarea readOnly rows={2} value={findQueryOf(chosen, cell)} onFocus={(event) => event.target.select()} />
          </label>
        </>
      )}
    </div>
  );
}

/** Names may hold anything; a file's name may not. */
function fileName({ base, downstream }: Cell): string {
  return `${base}-${downstream}`.replace(/[^\w.-]+/g, "_");
}

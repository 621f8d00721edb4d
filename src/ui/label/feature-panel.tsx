import { useEffect, useRef, useSyncExternalStore } from "react";
import type { Seen } from "../../label/feature-reading.ts";
import type { Mark } from "../../label/label-table.ts";
import type { Order } from "../../label/next-pictures.ts";
import type { Answers } from "../../label/questions.ts";
import { Choice } from "../parts/choice.tsx";
import { plural } from "../parts/numbers.ts";
import type { Go } from "../shell/use-address.ts";
import type { Address, View } from "./address.ts";
import type { FeatureLabels } from "./feature-labels.ts";
import { PictureGrid } from "./picture-grid.tsx";
import { ReadingNote } from "./reading-note.tsx";
import { useKeys } from "./use-keys.ts";

interface Props {
  readonly labels: FeatureLabels;
  readonly folder: Answers["state"];
  readonly address: Address;
  readonly go: Go<Address>;
  /** Told what was seen by now. */
  readonly counted: (seen: Seen) => void;
}

const sortNames: Readonly<Record<Order, string>> = {
  unsure: "least sure first",
  likely: "likely first",
  random: "as they come",
};

/** Pictures of a view of judged ones at most. */
const mostShown = 300;

/** One feature: pictures to judge or that were judged, how well it is read, and what can be done. */
export function FeaturePanel({ labels, folder, address, go, counted }: Props) {
  const state = useSyncExternalStore(labels.subscribe, labels.current);
  const { view, sort } = address;
  const { marks, page, reading } = state;
  const has = marks.filter((mark) => mark === 1).length;
  const hasNot = marks.filter((mark) => mark === 0).length;
  // biome-ignore lint/correctness/useExhaustiveDependencies: opened once; another sort asks for another page
  useEffect(() => {
    void labels.open(sort);
  }, [labels]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: told where numbers change
  useEffect(() => {
    if (marks.length > 0) counted({ has, hasNot });
  }, [has, hasNot]);

  useStayUntilSaved(state.saved);
  const { grid, turn } = useTurning();
  const goOn = () => turn(() => labels.othersHaveNot(sort));
  const undo = () => turn(() => labels.undo());
  useKeys({ n: () => void (view === "judge" && goOn()), z: () => void undo() });

  const judging = view === "judge";
  const judged = (wanted: Mark): readonly number[] =>
    marks.flatMap((mark, place) => (mark === wanted ? [place] : [])).slice(0, mostShown);
  const shown = judging ? (page ?? []) : judged(view === "has" ? 1 : 0);
  const open = shown.filter((place) => marks[place] === null).length;
  return (
    <section aria-label={labels.feature}>
      {reading !== undefined && <ReadingNote reading={reading} read={folder.read} />}
      <Failure labels={labels} />
      <Toolbar {...{ labels, address, go, has, hasNot }} all={marks.length} />
      <div ref={grid}>
        <PictureGrid
          key={judging ? "judge" : view}
          label={
            judging
              ? `${plural(shown.length, "picture")} to judge, ${sortNames[state.order]}`
              : plural(shown.length, "judged picture")
          }
          places={shown}
          names={folder.pictures}
          marks={marks}
          clicked={(mark) => (mark === 1 ? (judging ? null : 0) : 1)}
          mark={(places, mark) => labels.mark(places, mark)}
        />
      </div>
      {judging && page?.length === 0 && <p className="empty">Every picture was judged.</p>}
      <div className="actions">
        {judging && shown.length > 0 && (
          // The second click of a double one would answer a page that nobody saw.
          <button type="button" className="go" onClick={({ detail }) => void (detail < 2 && goOn())}>
            {open === 0 ? "Next pictures" : `The other ${open} have not`}
          </button>
        )}
        <button type="button" disabled={!state.canUndo} onClick={() => void undo()}>
          Undo
        </button>
        <span className="note" role="status">
          {state.saved ? (has + hasNot > 0 ? "saved" : "") : "saving…"}
        </span>
      </div>
      <KeysNote />
    </section>
  );
}

/** Keeps the page open while something is not saved. */
function useStayUntilSaved(saved: boolean): void {
  useEffect(() => {
    if (saved) return;
    const stay = (event: BeforeUnloadEvent): void => event.preventDefault();
    addEventListener("beforeunload", stay);
    return () => removeEventListener("beforeunload", stay);
  }, [saved]);
}

/** `turn` does what may show other pictures: who was among them, in `grid`, stays among them. */
function useTurning() {
  const grid = useRef<HTMLDivElement>(null);
  const turn = async (action: () => void | Promise<void>): Promise<void> => {
    const wasInside = grid.current?.contains(document.activeElement) ?? false;
    await action();
    requestAnimationFrame(() => {
      if (!wasInside || grid.current?.contains(document.activeElement)) return;
      grid.current?.querySelector<HTMLElement>(".tile")?.focus();
    });
  };
  return { grid, turn };
}

/** What went wrong, and a way to save all the same. */
function Failure({ labels }: Pick<Props, "labels">) {
  const { failure, saved } = useSyncExternalStore(labels.subscribe, labels.current);
  return (
    failure !== undefined && (
      <p className="warning" role="alert">
        {failure}{" "}
        {!saved && (
          <button type="button" onClick={() => labels.send()}>
            Try to save again
          </button>
        )}
      </p>
    )
  );
}

interface ToolbarProps extends Pick<Props, "labels" | "address" | "go">, Seen {
  /** Pictures of the folder. */
  readonly all: number;
}

/** Which pictures are shown, and in which order those to judge. */
function Toolbar({ labels, address, go, has, hasNot, all }: ToolbarProps) {
  const { view, sort } = address;
  const show = (next: View): void => go({ ...address, view: next }, true);
  return (
    <div className="toolbar">
      <fieldset className="views" aria-label="Pictures that are shown">
        <ViewButton {...{ view, show }} own="judge" words="to judge" />
        <ViewButton {...{ view, show }} own="has" words={`has it ${has}`} />
        <ViewButton {...{ view, show }} own="has-not" words={`has not ${hasNot}`} />
        <span className="note">{`not seen ${Math.max(0, all - has - hasNot)}`}</span>
      </fieldset>
      {view === "judge" && (
        <Choice
          label="Sorted"
          value={sort}
          names={sortNames}
          choose={(word) => {
            go({ ...address, sort: word as Order }, true);
            void labels.next(word as Order);
          }}
        />
      )}
    </div>
  );
}

interface ViewButtonProps {
  readonly own: View;
  readonly view: View;
  readonly words: string;
  readonly show: (view: View) => void;
}

function ViewButton({ own, view, words, show }: ViewButtonProps) {
  return (
    <button type="button" aria-pressed={own === view} onClick={() => show(own)}>
      {words}
    </button>
  );
}

function KeysNote() {
  return (
    <p className="note keys">
      <kbd>Shift</kbd> + click says the same of all between. Keys: arrows, <kbd>Space</kbd> click, <kbd>1</kbd> has it,{" "}
      <kbd>0</kbd> has not, <kbd>Delete</kbd> not seen, <kbd>n</kbd> the others have not, <kbd>z</kbd> undo.
    </p>
  );
}

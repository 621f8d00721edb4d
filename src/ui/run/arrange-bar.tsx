import { useEffect, useRef } from "react";
import { Choice } from "../parts/choice.tsx";
import { oneOf } from "../shell/hash.ts";
import { type Order, orders } from "./address.ts";
import type { Arranged } from "./arrange.ts";
import { useRun } from "./use-run.ts";

const orderNames: Readonly<Record<Order, string>> = {
  given: "as in the run",
  similar: "similar ones together",
  found: "most findings first",
  name: "by name",
};

/** So many columns and more may be too wide for their numbers. */
const many = 32;

/** What is looked for in a matrix, and how it is ordered; the same in every view. */
export function ArrangeBar({ arranged }: { readonly arranged: Arranged }) {
  const { table, address, go } = useRun();
  const { rows, columns, only, cells, order, rowsBy, columnsBy } = address;
  const search = useSlash();
  const set = (key: "rows" | "columns" | "only" | "cells", value: string): void => {
    const { [key]: _, ...rest } = address;
    go(value === "" ? rest : { ...rest, [key]: value }, true);
  };
  const { bases, downstream } = table.matrix;
  const all = arranged.rows.length === bases.length && arranged.columns.length === downstream.length;
  const changed = !all || order !== "given" || rowsBy !== undefined || columnsBy !== undefined;
  return (
    <search className="arrange">
      <label className="choice">
        Rows{" "}
        <input
          ref={search}
          type="search"
          placeholder="any base"
          value={rows ?? ""}
          onChange={(event) => set("rows", event.target.value)}
        />
      </label>
      <label className="choice">
        Columns{" "}
        <input
          type="search"
          placeholder="any downstream"
          value={columns ?? ""}
          onChange={(event) => set("columns", event.target.value)}
        />
      </label>
      <Tick words="findings only" ticked={only === "findings"} tick={(on) => set("only", on ? "findings" : "")} />
      <Choice
        label="Order"
        value={order}
        names={orderNames}
        choose={(word) => go({ ...address, order: oneOf(orders, word) }, true)}
      />
      {downstream.length > many && (
        <Tick
          words="fit the width, without numbers"
          ticked={cells === "fit"}
          tick={(on) => set("cells", on ? "fit" : "")}
        />
      )}
      <p className="choice" role="status">
        {all
          ? ""
          : `${arranged.rows.length} of ${bases.length} rows, ${arranged.columns.length} of ${downstream.length} columns`}
      </p>
      {changed && (
        <button
          type="button"
          onClick={() => {
            const { rows: _, columns: __, only: ___, rowsBy: ____, columnsBy: _____, ...rest } = address;
            go({ ...rest, order: "given" }, true);
          }}
        >
          Show all
        </button>
      )}
    </search>
  );
}

/** The field that the key "/" leads to. */
function useSlash() {
  const search = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const typing = event.target instanceof Element && event.target.matches("input, textarea, select");
      if (event.key !== "/" || typing || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      search.current?.focus();
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, []);
  return search;
}

interface TickProps {
  readonly words: string;
  readonly ticked: boolean;
  readonly tick: (on: boolean) => void;
}

function Tick({ words, ticked, tick }: TickProps) {
  return (
    <label className="choice">
      <input type="checkbox" checked={ticked} onChange={(event) => tick(event.target.checked)} /> {words}
    </label>
  );
}

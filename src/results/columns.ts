import type { ParquetColumns } from "./parquet.ts";
import { type RowList, rowList } from "./row-list.ts";
import type { Rows } from "./schema.ts";

/** Tables with a row per image, or counterfactual, and classifier: as objects they would fill the memory. */
export type LongTable = "predictions" | "changes";

/** The rows of a table, held by column. */
export interface Columns<R> {
  /** All of them; to be asked for once they are there. */
  readonly rows: RowList<R>;
  /** Adds the rows of a file; returns how many there are now, one more than there is room for where they do not fit. Errors: Error for a column with something else in it. */
  add(file: ParquetColumns): number;
}

/** Changes by column, in the order of their rows. */
export interface ChangeTable {
  readonly length: number;
  /** Texts by their codes. */
  readonly names: readonly string[];
  /** Codes. */
  readonly image: Uint32Array;
  readonly base: Uint32Array;
  readonly downstream: Uint32Array;
  readonly before: Float64Array;
  readonly after: Float64Array;
  /** NaN where a row has none. */
  readonly relativeChange: Float64Array;
}

/** Changes that are held by column. */
interface ChangeList extends RowList<Rows["changes"]> {
  readonly table: ChangeTable;
}

/** The columns of changes: those that hold them, or made of them. */
export function changeTable(changes: RowList<Rows["changes"]>): ChangeTable {
  if ("table" in changes) return (changes as ChangeList).table;
  const made = changeColumns(changes.length);
  const names = ["image", "base", "downstream", "before", "after", "relativeChange"] as const;
  const pieces = names.map((name) => [name, [{ start: 0, values: changes.map((row) => row[name]) }]] as const);
  made.add({ length: changes.length, pieces: new Map(pieces) });
  return made.rows.table;
}

/** Room for so many predictions. */
export function predictionColumns(length: number): Columns<Rows["predictions"]> {
  const room = new ColumnRoom(length);
  const [image, classifier] = [room.text("image"), room.text("classifier")];
  const [input, reconstruction] = [room.number("input"), room.number("reconstruction")];
  return {
    add: (file) => room.add(file),
    rows: rowList(length, (at) => ({
      image: image(at),
      classifier: classifier(at),
      input: input(at) as number,
      reconstruction: reconstruction(at) as number,
    })),
  };
}

/** Room for so many changes. */
export function changeColumns(length: number): Columns<Rows["changes"]> & { readonly rows: ChangeList } {
  const room = new ColumnRoom(length);
  const [image, base, downstream] = [room.text("image"), room.text("base"), room.text("downstream")];
  const [before, after, relativeChange] = [room.number("before"), room.number("after"), room.number("relativeChange")];
  const rows = rowList(length, (at) => ({
    image: image(at),
    base: base(at),
    downstream: downstream(at),
    before: before(at) as number,
    after: after(at) as number,
    relativeChange: relativeChange(at),
  }));
  const table: ChangeTable = {
    ...{ length, names: room.names, image: image.values, base: base.values, downstream: downstream.values },
    ...{ before: before.values, after: after.values, relativeChange: relativeChange.values },
  };
  return { add: (file) => room.add(file), rows: { ...rows, table } };
}

/** A column that is filled piece by piece. */
interface Filling {
  readonly name: string;
  set(start: number, values: ArrayLike<unknown>): void;
  /** Fills as many rows of a file that does not have the column; a column without is never empty. */
  lack?(start: number, count: number): void;
}

/** A column: what a row has in it, and the values that say so. */
type Column<T, V> = ((at: number) => T) & { readonly values: V };

/** NaN for null: what a run writes is finite. */
function valueAt(values: Float64Array, at: number): number | null {
  const value = values[at] as number;
  return Number.isNaN(value) ? null : value;
}

function emptyColumn(name: string): Error {
  return new Error(`column "${name}" is empty in a row`);
}

/** Columns of `length` rows. */
class ColumnRoom {
  /** Texts of the columns by their codes, which are places in it. */
  readonly names: string[] = [];
  private readonly codes = new Map<string, number>();
  private readonly fillings: Filling[] = [];
  private filled = 0;

  constructor(private readonly length: number) {}

  text(name: string): Column<string, Uint32Array> {
    const own = new Uint32Array(this.length);
    const { names } = this;
    const codeOf = (value: unknown): number => this.codeOf(value, name);
    this.fillings.push({
      name,
      set(start, values) {
        let last: unknown;
        let code = 0;
        for (let k = 0; k < values.length; k++) {
          // Rows of an image or a base follow each other.
          if (values[k] !== last || k === 0) {
            last = values[k];
            code = codeOf(last);
          }
          own[start + k] = code;
        }
      },
    });
    return Object.assign((at: number) => names[own[at] as number] as string, { values: own });
  }

  number(name: string): Column<number | null, Float64Array> {
    const own = new Float64Array(this.length);
    this.fillings.push({
      name,
      set(start, values) {
        for (let k = 0; k < values.length; k++) own[start + k] = (values[k] as number | null) ?? Number.NaN;
      },
      lack: (start, count) => own.fill(Number.NaN, start, start + count),
    });
    return Object.assign((at: number) => valueAt(own, at), { values: own });
  }

  add({ length: more, pieces }: ParquetColumns): number {
    if (this.filled + more > this.length) return this.length + 1;
    for (const { name, set, lack } of this.fillings) {
      const own = pieces.get(name);
      if (own === undefined && more > 0) {
        if (lack === undefined) throw emptyColumn(name);
        lack(this.filled, more);
      }
      for (const { start, values } of own ?? []) set(this.filled + start, values);
    }
    this.filled += more;
    return this.filled;
  }

  private codeOf(value: unknown, name: string): number {
    if (typeof value !== "string") throw emptyColumn(name);
    const known = this.codes.get(value);
    if (known !== undefined) return known;
    this.codes.set(value, this.names.length);
    return this.names.push(value) - 1;
  }
}

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

/** Room for so many predictions. */
export function predictionColumns(length: number): Columns<Rows["predictions"]> {
  const { add, text, number } = columns(length);
  const [image, classifier] = [text("image"), text("classifier")];
  const [input, reconstruction] = [number("input"), number("reconstruction")];
  return {
    add,
    rows: rowList(length, (at) => ({
      image: image(at),
      classifier: classifier(at),
      input: input(at) as number,
      reconstruction: reconstruction(at) as number,
    })),
  };
}

/** Room for so many changes. */
export function changeColumns(length: number): Columns<Rows["changes"]> {
  const { add, text, number, numbers } = columns(length);
  const [image, base, downstream] = [text("image"), text("base"), text("downstream")];
  const [before, after, relativeChange] = [number("before"), number("after"), number("relativeChange")];
  const nullAfter = numbers("nullAfter");
  return {
    add,
    rows: rowList(length, (at) => ({
      image: image(at),
      base: base(at),
      downstream: downstream(at),
      before: before(at) as number,
      after: after(at) as number,
      relativeChange: relativeChange(at),
      nullAfter: nullAfter(at) as readonly number[],
    })),
  };
}

/** A column that is filled piece by piece. */
interface Filling {
  readonly name: string;
  set(start: number, values: ArrayLike<unknown>): void;
  /** Fills as many rows of a file that does not have the column; a column without is never empty. */
  lack?(start: number, count: number): void;
}

/** Columns of `length` rows, each a function that says what a row has in it. */
function columns(length: number) {
  const fillings: Filling[] = [];
  /** Texts of the columns by their codes, which are places in `names`. */
  const names: string[] = [];
  const codes = new Map<string, number>();
  let filled = 0;

  /** NaN for null: what a run writes is finite. */
  const numberValues = (): Float64Array => new Float64Array(length);
  const valueAt = (values: Float64Array, at: number): number | null => {
    const value = values[at] as number;
    return Number.isNaN(value) ? null : value;
  };
  const empty = (name: string): Error => new Error(`column "${name}" is empty in a row`);
  const codeOf = (value: unknown, name: string): number => {
    if (typeof value !== "string") throw empty(name);
    const known = codes.get(value);
    if (known !== undefined) return known;
    codes.set(value, names.length);
    return names.push(value) - 1;
  };

  return {
    text(name: string): (at: number) => string {
      const own = new Uint32Array(length);
      fillings.push({
        name,
        set(start, values) {
          let last: unknown;
          let code = 0;
          for (let k = 0; k < values.length; k++) {
            // Rows of an image or a base follow each other.
            if (values[k] !== last || k === 0) {
              last = values[k];
              code = codeOf(last, name);
            }
            own[start + k] = code;
          }
        },
      });
      return (at) => names[own[at] as number] as string;
    },
    number(name: string): (at: number) => number | null {
      const own = numberValues();
      fillings.push({
        name,
        set(start, values) {
          for (let k = 0; k < values.length; k++) own[start + k] = (values[k] as number | null) ?? Number.NaN;
        },
        lack: (start, count) => own.fill(Number.NaN, start, start + count),
      });
      return (at) => valueAt(own, at);
    },
    /** A column of lists, about equally long. */
    numbers(name: string): (at: number) => readonly (number | null)[] {
      const counts = new Uint32Array(length);
      const items: Float64Array[] = [];
      fillings.push({
        name,
        set(start, values) {
          for (let k = 0; k < values.length; k++) {
            const list = (values[k] ?? none) as readonly (number | null)[];
            counts[start + k] = list.length;
            for (let item = 0; item < list.length; item++) {
              items[item] ??= numberValues();
              (items[item] as Float64Array)[start + k] = list[item] ?? Number.NaN;
            }
          }
        },
        lack() {},
      });
      const none: readonly number[] = [];
      return (at) => {
        const count = counts[at] as number;
        if (count === 0) return none;
        const list = new Array<number | null>(count);
        for (let item = 0; item < count; item++) list[item] = valueAt(items[item] as Float64Array, at);
        return list;
      };
    },
    add({ length: more, pieces }: ParquetColumns): number {
      if (filled + more > length) return length + 1;
      for (const { name, set, lack } of fillings) {
        const own = pieces.get(name);
        if (own === undefined && more > 0) {
          if (lack === undefined) throw empty(name);
          lack(filled, more);
        }
        for (const { start, values } of own ?? []) set(filled + start, values);
      }
      filled += more;
      return filled;
    },
  };
}

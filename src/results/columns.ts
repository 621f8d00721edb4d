import type { Database } from "../platform/platform.ts";
import { type RowList, rowList } from "./row-list.ts";
import type { Rows } from "./schema.ts";

/** Tables with a row per image, or counterfactual, and classifier: as objects they would fill the memory. */
export type LongTable = "predictions" | "changes";

/** The rows of a table, held by column. */
export interface Columns<R> {
  /** All of them; to be asked for once they are there. */
  readonly rows: RowList<R>;
  /** Adds the rows of a temporary table of the database in their order there; returns how many there are now, at most one more than there is room for. */
  add(database: Database, from: string): Promise<number>;
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

/** How a column is filled: what is selected for it, and where the values of one of these go. */
interface Filling {
  select(database: Database, from: string): Promise<readonly string[]>;
  set(item: number, start: number, values: readonly unknown[]): void;
}

/** Columns of `length` rows, each a function that says what a row has in it. */
function columns(length: number) {
  const fillings: Filling[] = [];
  /** Texts of the columns by their codes, which are places in `names`. */
  const names: string[] = [];
  const codes = new Map<string, number>();
  const texts: string[] = [];
  /** Codes here by those that the database gives the texts of a table. */
  let known: readonly number[] = [];
  let filled = 0;

  /** NaN for null: what a run writes is finite. */
  const numberValues = (): Float64Array => new Float64Array(length);
  const valueAt = (values: Float64Array, at: number): number | null => {
    const value = values[at] as number;
    return Number.isNaN(value) ? null : value;
  };
  const put = (values: Float64Array, start: number, some: readonly unknown[]): void => {
    for (let k = 0; k < some.length; k++) values[start + k] = (some[k] as number | null) ?? Number.NaN;
  };

  return {
    text(name: string): (at: number) => string {
      const values = new Uint32Array(length);
      texts.push(name);
      fillings.push({
        select: async () => [`enum_code("${name}"::texts)::INTEGER`],
        set(_, start, some) {
          for (let k = 0; k < some.length; k++) {
            const code = known[some[k] as number];
            if (code === undefined) throw new Error(`column "${name}" is empty in a row`);
            values[start + k] = code;
          }
        },
      });
      return (at) => names[values[at] as number] as string;
    },
    number(name: string): (at: number) => number | null {
      const values = numberValues();
      fillings.push({ select: async () => [`"${name}"`], set: (_, start, some) => put(values, start, some) });
      return (at) => valueAt(values, at);
    },
    /** A column of lists, about equally long. */
    numbers(name: string): (at: number) => readonly (number | null)[] {
      const counts = new Uint32Array(length);
      const items: Float64Array[] = [];
      fillings.push({
        async select(database, from) {
          const [most] = await database.query(`SELECT coalesce(max(len("${name}")), 0)::INTEGER AS count FROM ${from}`);
          const places = Array.from({ length: most?.count as number }, (_, place) => place + 1);
          return [`coalesce(len("${name}"), 0)::INTEGER`, ...places.map((place) => `"${name}"[${place}]`)];
        },
        set(item, start, some) {
          if (item === 0) return counts.set(some as readonly number[], start);
          items[item - 1] ??= numberValues();
          put(items[item - 1] as Float64Array, start, some);
        },
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
    async add(database: Database, from: string): Promise<number> {
      const all = texts.map((name) => `SELECT "${name}" AS text FROM ${from}`).join(" UNION ALL ");
      await database.query("DROP TYPE IF EXISTS texts");
      await database.query(`CREATE TEMP TYPE texts AS ENUM (SELECT DISTINCT text FROM (${all}))`);
      const found = await database.query("SELECT unnest(enum_range(NULL::texts))::VARCHAR AS text");
      known = found.map(({ text }) => {
        const own = codes.get(text as string) ?? names.push(text as string) - 1;
        codes.set(text as string, own);
        return own;
      });
      const selected = await Promise.all(fillings.map((filling) => filling.select(database, from)));
      const places = fillings.flatMap((filling, column) =>
        (selected[column] as readonly string[]).map((_, item) => ({ filling, item })),
      );
      for await (const piece of database.columns(`SELECT ${selected.flat().join(", ")} FROM ${from} ORDER BY rowid`)) {
        if (filled + (piece[0]?.length ?? 0) > length) return length + 1;
        places.forEach(({ filling, item }, place) => {
          filling.set(item, filled, piece[place] as readonly unknown[]);
        });
        filled += piece[0]?.length ?? 0;
      }
      return filled;
    },
  };
}

/** Rows in an order, as an array gives them; long tables of a run make a row when it is asked for. */
export interface RowList<R> extends Iterable<R> {
  readonly length: number;
  /** The row at a place from 0; undefined beyond the last. */
  at(place: number): R | undefined;
  /** What `make` makes of every row, in order. */
  map<T>(make: (row: R) => T): T[];
  /** The rows that `keep` lets through, in order. */
  filter(keep: (row: R) => boolean): R[];
  /** The first row that is `wanted`. */
  find(wanted: (row: R) => boolean): R | undefined;
}

/** A list of `length` rows, each made as it is asked for. row: that of a place from 0. */
export function rowList<R>(length: number, row: (place: number) => R): RowList<R> {
  const places = function* (): Generator<R> {
    for (let place = 0; place < length; place++) yield row(place);
  };
  return {
    length,
    [Symbol.iterator]: places,
    at: (place) => (place >= 0 && place < length ? row(place) : undefined),
    map: (make) => Array.from(places(), make),
    filter(keep) {
      const kept = [];
      for (const one of places()) if (keep(one)) kept.push(one);
      return kept;
    },
    find(wanted) {
      for (const one of places()) if (wanted(one)) return one;
      return undefined;
    },
  };
}

/** The rows that a test lets through as a list of their own: they stay where they are. */
export function chosenRows<R>(rows: RowList<R>, keep: (row: R) => boolean): RowList<R> {
  const places: number[] = [];
  for (let place = 0; place < rows.length; place++) if (keep(rows.at(place) as R)) places.push(place);
  return rowList(places.length, (place) => rows.at(places[place] as number) as R);
}

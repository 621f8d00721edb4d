/** Columns of metadata that are no labels. */
export function notNumbersNote(path: string, columns: readonly string[]): string {
  return `${path}: not labels, because not numbers: ${columns.join(", ")}`;
}

/** Names in metadata that are no files of the folder. */
export function absentNote(path: string, absent: number, of: number, example: string | undefined): string {
  return `${path}: ${absent} of ${of} file names are not in the folder, such as "${example}"`;
}

/** A column that holds neither labels nor classes. */
export function manyValuesNote(column: string, values: number, mostClasses: number): string {
  return `"${column}" is left out: ${values} different values, expected 0 and 1 or at most ${mostClasses} classes`;
}

/** Findings that a data set is uncertain of. */
export const uncertainNote = "uncertain findings (-1) are left blank";

/** A folder of which not all is labelled by hand. */
export function drawnNote(pictures: number, drawn: number): string {
  return `${pictures} pictures: ${drawn} of them, drawn at random, are labelled`;
}

/** Columns of a table that are not labelled by hand. */
export function keptColumnsNote(columns: readonly string[]): string {
  return `columns that are no features are kept: ${columns.join(", ")}`;
}

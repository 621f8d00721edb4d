import type { BasePoints, Packed, ReportData } from "../../report/data.ts";

/** One image of a cell. */
export interface CellPoint {
  /** Index into the report's images. */
  readonly image: number;
  readonly baseBefore: number;
  readonly baseAfter: number;
  readonly before: number;
  readonly after: number;
  /** Whether the downstream feature is there on the reconstruction; undefined where that is unknown. */
  readonly present: boolean | undefined;
  /** Eq. 3; undefined where the base did not move. */
  readonly relativeChange: number | undefined;
  readonly lambda: number | null;
  readonly stopReason: string;
  readonly evaluations: number;
}

/** Unpacks; undefined where a value is missing. */
export function unpack({ scale, data }: Packed): (number | undefined)[] {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Array.from({ length: bytes.length / 2 }, (_, index) => {
    const integer = view.getInt16(index * 2, true);
    return integer === -32768 ? undefined : integer * scale;
  });
}

/** The images of a cell, in the order of the run. */
export function pointsOf(report: ReportData, base: string, downstream: string): CellPoint[] {
  const points = report.points.find((candidate) => candidate.base === base);
  const column = report.matrix.downstream.indexOf(downstream);
  if (points === undefined || column < 0) return [];
  const width = points.images.length;
  const slice = (packed: Packed) => unpack(packed).slice(column * width, (column + 1) * width);
  const present = points.present.slice(column * width, (column + 1) * width);
  return combine(points, slice(points.downstreamBefore), slice(points.downstreamAfter), present);
}

function combine(
  points: BasePoints,
  befores: readonly (number | undefined)[],
  afters: readonly (number | undefined)[],
  present: string,
): CellPoint[] {
  const baseBefore = unpack(points.before);
  const baseAfter = unpack(points.after);
  return points.images.flatMap((image, index) => {
    const [b0, b1, before, after] = [baseBefore[index], baseAfter[index], befores[index], afters[index]];
    if (b0 === undefined || b1 === undefined || before === undefined || after === undefined) return [];
    return {
      image,
      baseBefore: b0,
      baseAfter: b1,
      before,
      after,
      present: present[index] === "-" ? undefined : present[index] === "1",
      relativeChange: b1 === b0 ? undefined : (after - before) / (b1 - b0),
      lambda: points.lambdas[index] ?? null,
      stopReason: points.stopReasons[index] ?? "",
      evaluations: points.evaluations[index] ?? 0,
    };
  });
}

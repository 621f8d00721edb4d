import type { Packed, PackedFlags, ReportData } from "../../report/data.ts";

/** One image of a cell. */
export interface CellPoint {
  /** Index into the report's images. */
  readonly image: number;
  /** Whether it enters the means. */
  readonly used: boolean;
  /** Whether it enters none although its base moved enough: the limit of the search stopped it before the drop. */
  readonly apart: boolean;
  /** Whether the downstream feature is there on the reconstruction; undefined where that is unknown. */
  readonly present: boolean | undefined;
  /** Eq. 3; undefined where the base did not move. */
  readonly relativeChange: number | undefined;
  readonly lambda: number | null;
  /** Length of the way as a share of the distance between images, where λ is null. */
  readonly length: number | null;
  readonly stopReason: string;
  readonly evaluations: number;
}

/** Unpacks; undefined where a value is missing. */
export function unpack(data: Packed): (number | undefined)[] {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Array.from({ length: bytes.length / 4 }, (_, index) => {
    const value = view.getFloat32(index * 4, true);
    return Number.isNaN(value) ? undefined : value;
  });
}

/** Unpacks thousandths of two bytes each; undefined where a value is missing. */
export function unpackThousandths(data: Packed): (number | undefined)[] {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Array.from({ length: bytes.length / 2 }, (_, index) => {
    const value = view.getInt16(index * 2, true);
    return value === -32768 ? undefined : value / 1000;
  });
}

/** One yes or no of many; undefined where it is unknown. */
export function flagAt(flags: PackedFlags, index: number): boolean | undefined {
  return flags[index] === "1" ? true : flags[index] === "0" ? false : undefined;
}

/** The images of a cell on which its classifier was evaluated, in the order of the run. */
export function pointsOf(report: ReportData, base: string, downstream: string): CellPoint[] {
  const points = report.points.find((candidate) => candidate.base === base);
  const column = report.matrix.downstream.indexOf(downstream);
  if (points === undefined || column < 0) return [];
  const first = column * points.images.length;
  const relativeChanges = unpack(points.relativeChanges);
  return points.images.flatMap((image, index) => {
    const used = flagAt(points.used, first + index);
    if (used === undefined) return [];
    return {
      image,
      used,
      apart: flagAt(points.apart, index) === true,
      present: flagAt(points.present, first + index),
      relativeChange: relativeChanges[first + index],
      lambda: points.lambdas[index] ?? null,
      length: points.lengths[index] ?? null,
      stopReason: points.stopReasons[index] ?? "",
      evaluations: points.evaluations[index] ?? 0,
    };
  });
}

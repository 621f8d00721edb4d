import { useEffect, useRef } from "react";
import { diverging } from "../pictures/diverging.ts";
import type { Statistic, View } from "./address.ts";
import type { Table } from "./figures.ts";

interface Props {
  readonly table: Table;
  readonly view: View;
  readonly statistic: Statistic;
}

/** The whole matrix, one pixel a cell, so that the three views can be compared at a glance. */
export function Thumbnail({ table, view, statistic }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const rows = table.matrix.bases.length;
  const columns = table.matrix.downstream.length;
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (context == null || rows === 0 || columns === 0) return;
    const image = context.createImageData(columns, rows);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const self = table.matrix.bases[row] === table.matrix.downstream[column];
        const value = table.value(view, statistic, row, column);
        // Strength is opacity, so that 0 is the ground of either theme.
        const opacity = value === null ? 0 : 255 * Math.min(1, Math.abs(value));
        const colour = self ? [128, 128, 128, 90] : [...diverging(Math.sign(value ?? 0)), opacity];
        image.data.set(colour, (row * columns + column) * 4);
      }
    }
    context.putImageData(image, 0, 0);
  }, [table, view, statistic, rows, columns]);
  return (
    <span aria-hidden="true">
      <canvas ref={canvas} className="thumbnail" width={columns} height={rows} />
    </span>
  );
}

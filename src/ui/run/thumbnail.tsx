import { useEffect, useRef } from "react";
import { diverging } from "../../pictures/diverging.ts";
import type { Reading } from "./address.ts";
import type { Table } from "./figures.ts";

interface Props extends Reading {
  readonly table: Table;
}

/** The whole matrix, one pixel a cell, so that the views can be compared at a glance. */
export function Thumbnail({ table, view, statistic, measure }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const rows = table.matrix.bases.length;
  const columns = table.matrix.downstream.length;
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (context == null || rows === 0 || columns === 0) return;
    const image = context.createImageData(columns, rows);
    const reading = { view, statistic, measure };
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const self = table.isSelf(reading, row, column);
        const value = table.value(reading, row, column);
        // Strength is opacity, so that 0 is the ground of either theme.
        const opacity = value === null ? 0 : 255 * Math.min(1, Math.abs(value));
        const colour = self ? [128, 128, 128, 90] : [...diverging(Math.sign(value ?? 0)), opacity];
        image.data.set(colour, (row * columns + column) * 4);
      }
    }
    context.putImageData(image, 0, 0);
  }, [table, view, statistic, measure, rows, columns]);
  return (
    <span aria-hidden="true">
      <canvas ref={canvas} className="thumbnail" width={columns} height={rows} />
    </span>
  );
}

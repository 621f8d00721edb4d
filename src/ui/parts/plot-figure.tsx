import { useEffect, useRef, useState } from "react";

interface Props {
  /** Draws at a width in pixels. */
  readonly draw: (width: number) => Element;
  /** What a screen reader says of it; left out where the drawing says it itself. */
  readonly label?: string;
  /** Whether parts of the drawing can be opened, so that it is more than a picture. */
  readonly interactive?: boolean;
  readonly className?: string;
  /** Drawn over the plot. */
  readonly children?: (width: number) => React.ReactNode;
}

/** A plot as wide as its place, drawn again when that changes. */
export function PlotFigure({ draw, label, interactive = false, className, children }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const plot = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (width <= 0) return;
    const drawing = draw(width);
    if (label !== undefined) {
      drawing.setAttribute("role", interactive ? "group" : "img");
      drawing.setAttribute("aria-label", label);
    }
    plot.current?.replaceChildren(drawing);
  }, [draw, width, label, interactive]);
  return (
    <div ref={place} className={`plot ${className ?? ""}`}>
      <div ref={plot} />
      {width > 0 && children?.(width)}
    </div>
  );
}

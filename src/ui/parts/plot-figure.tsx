import { useLayoutEffect, useRef, useState } from "react";
import { makeStop, rove } from "./rove.ts";

interface Props {
  /** Draws at a width in pixels. */
  readonly draw: (width: number) => Element;
  /** What a screen reader says of it; left out where the drawing says it itself. */
  readonly label?: string;
  /** Goes to the address of a part of the drawing that is a link. They are one tab stop, with arrow keys between them. */
  readonly follow?: (hash: string) => void;
  readonly className?: string;
  /** Drawn over the plot. */
  readonly children?: (width: number) => React.ReactNode;
}

/** A plot as wide as its place, drawn again when that changes. */
export function PlotFigure({ draw, label, follow, className, children }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = place.current;
    if (element === null) return;
    // At once, so that nothing below moves when the plot is there.
    setWidth(Math.floor(element.clientWidth));
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const plot = useRef<HTMLDivElement>(null);
  const linked = follow !== undefined;
  useLayoutEffect(() => {
    if (width <= 0) return;
    const drawing = draw(width);
    if (label !== undefined) {
      drawing.setAttribute("role", linked ? "group" : "img");
      drawing.setAttribute("aria-label", label);
    }
    if (linked) makeStop(drawing.querySelectorAll("a"), drawing.querySelector("a") ?? undefined);
    plot.current?.replaceChildren(drawing);
  }, [draw, width, label, linked]);
  return (
    <div ref={place} className={`plot ${className ?? ""}`}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the links inside are interactive; events are delegated */}
      <div
        ref={plot}
        onKeyDown={(event) => rove(event, "a")}
        onClick={(event) => {
          const hash = (event.target as Element).closest("a")?.getAttributeNS("http://www.w3.org/1999/xlink", "href");
          if (follow === undefined || hash == null || event.metaKey || event.ctrlKey || event.shiftKey) return;
          event.preventDefault();
          follow(hash);
        }}
      />
      {width > 0 && children?.(width)}
    </div>
  );
}

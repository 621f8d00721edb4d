import { useLayoutEffect, useRef } from "react";

interface Props {
  readonly element: HTMLElement;
  readonly children: React.ReactNode;
}

/** A box beside the element under the pointer or the focus. */
export function Tip({ element, children }: Props) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const tip = box.current;
    if (tip === null) return;
    const place = (): void => placeBeside(tip, element);
    place();
    // It goes along when anything scrolls.
    addEventListener("scroll", place, { capture: true, passive: true });
    return () => removeEventListener("scroll", place, { capture: true });
  });
  return (
    <div ref={box} className="tip" role="tooltip">
      {children}
    </div>
  );
}

function placeBeside(tip: HTMLElement, element: HTMLElement): void {
  const cell = element.getBoundingClientRect();
  const { width, height } = tip.getBoundingClientRect();
  const left = Math.min(innerWidth - width - 8, Math.max(8, cell.left + cell.width / 2 - width / 2));
  const above = cell.top - height - 8;
  tip.style.left = `${left}px`;
  tip.style.top = `${above > 8 ? above : cell.bottom + 8}px`;
}

import { motion } from "./scroll.ts";

interface Props {
  /** The section's element id. */
  readonly id: string;
  readonly className?: string;
  readonly children: React.ReactNode;
}

/** A link to a section of the page; the hash is the state of the page, so it scrolls by hand. */
export function SectionLink({ id, className, children }: Props) {
  return (
    <a
      className={className}
      href={`#${id}`}
      onClick={(event) => {
        event.preventDefault();
        const target = document.getElementById(id);
        target?.scrollIntoView({ block: "start", behavior: motion() });
        target?.querySelector<HTMLElement>("h2")?.focus({ preventScroll: true });
      }}
    >
      {children}
    </a>
  );
}

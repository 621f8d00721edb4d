import { reveal } from "./reveal.ts";

interface Props {
  /** The section's element id. */
  readonly id: string;
  readonly className?: string;
  /** Goes to a place in the section; to its beginning when absent. */
  readonly go?: () => void;
  readonly children: React.ReactNode;
}

/** A link to a section of the page; the hash is the state of the page, so it scrolls by hand. */
export function SectionLink({ id, className, go, children }: Props) {
  return (
    <a
      className={className}
      href={`#${id}`}
      onClick={(event) => {
        event.preventDefault();
        if (go === undefined) reveal(id);
        else go();
      }}
    >
      {children}
    </a>
  );
}

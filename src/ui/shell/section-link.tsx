import { reveal } from "./reveal.ts";

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
        reveal(id);
      }}
    >
      {children}
    </a>
  );
}

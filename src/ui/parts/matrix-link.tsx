import { reveal } from "../shell/reveal.ts";
import { SectionLink } from "../shell/section-link.tsx";
import { goToCell } from "./heatmap-cells.ts";

/** The way back from a cell to where it stands in the matrix; to the matrix where it is not shown there. */
export function MatrixLink() {
  return (
    <SectionLink
      id="matrix"
      className="back"
      go={() => {
        const cell = document.querySelector<HTMLElement>('#matrix td[aria-selected="true"]');
        if (cell === null) reveal("matrix");
        else goToCell(cell);
      }}
    >
      Back to the matrix
    </SectionLink>
  );
}

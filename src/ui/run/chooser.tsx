import type { Cell } from "../../results/matrix-schema.ts";
import { presenceWords } from "../../words/cell.ts";
import { Frame } from "../parts/frame.tsx";
import { decimal, plural } from "../parts/numbers.ts";
import { rove } from "../parts/rove.ts";
import { cellAddress } from "./address.ts";
import type { CellPicture } from "./cell-pictures.ts";
import { useRun } from "./use-run.ts";

interface Props {
  readonly pictures: readonly CellPicture[];
  readonly chosen: CellPicture | undefined;
  readonly cell: Cell;
}

/** The kept counterfactuals of the base, those that tell most about the downstream classifier first. */
export function Chooser({ pictures, chosen, cell }: Props) {
  const { address, go } = useRun();
  const present = pictures.filter((each) => each.present).length;
  return (
    <nav className="chooser" aria-label="Counterfactuals with pictures">
      <p className="note">
        {plural(pictures.length, "counterfactual")} of {cell.base} with pictures and relative changes; in bold the{" "}
        {present} on images that have {cell.downstream}.
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveElementInteractions: the links inside are interactive; keys are delegated */}
      <ol onKeyDown={(event) => rove(event, "a")}>
        {pictures.map((each) => (
          <li key={each.name}>
            <a
              href={cellAddress(address, { base: cell.base, downstream: cell.downstream, image: each.name })}
              tabIndex={each === (chosen ?? pictures[0]) ? 0 : -1}
              aria-current={each === chosen ? "true" : undefined}
              aria-label={`${each.name}: relative change ${decimal(each.relativeChange)}, ${presenceWords(each.present)} ${cell.downstream}`}
              title={each.name}
              onClick={(event) => {
                event.preventDefault();
                go({ ...address, image: each.name }, true);
              }}
            >
              <span className="pair">
                <Frame picture={each.picture} frame={1} label="" />
                <Frame picture={each.picture} frame={each.picture.shares.length} label="" />
              </span>
              <span className={each.present ? "with" : "without"}>{decimal(each.relativeChange)}</span>
            </a>
          </li>
        ))}
      </ol>
    </nav>
  );
}

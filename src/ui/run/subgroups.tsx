import type { Cell } from "../../results/matrix-schema.ts";
import { Choice } from "../parts/choice.tsx";
import { type FiguresRow, FiguresTable } from "../parts/figures-table.tsx";
import { decimal } from "../parts/numbers.ts";
import { figureOf } from "./figures.ts";
import type { GalleryFilter } from "./gallery-items.ts";
import { unpackThousandths } from "./points.ts";
import { useRun } from "./use-run.ts";

interface Props {
  readonly cell: Cell;
  /** Label that is shown; stays from cell to cell. */
  readonly label: string | undefined;
  readonly setLabel: (label: string) => void;
  /** Shows the images of a value, in the stratum that the figures are of. */
  readonly showImages: (filter: Pick<GalleryFilter, "label" | "feature">) => void;
}

/** A cell on the images of each value of a label. */
export function Subgroups({ cell, label, setLabel, showImages }: Props) {
  const { subgroups, matrix } = useRun().report;
  const shown = subgroups.find((each) => each.label === label) ?? subgroups[0];
  const place = matrix.cells.indexOf(cell);
  if (shown === undefined || place < 0 || cell.base === cell.downstream) return null;
  const { stratum } = cell.deciding;
  const figures = unpackThousandths(shown.cells).slice(4 * shown.values.length * place);
  const rows = shown.values.map((value, at): FiguresRow => {
    const [mean, low, high, count] = figures.slice(4 * at, 4 * at + 4);
    const name = `${shown.label} = ${value}`;
    const ci = low === undefined || high === undefined ? null : ([low, high] as const);
    const images = Math.round((count ?? 0) * 1000);
    return {
      key: name,
      name,
      figures: [{ text: decimal(mean), strong: true }],
      value: mean ?? null,
      ci,
      count: images,
      open: () =>
        showImages({
          label: { name: shown.label, value },
          ...(stratum === null ? {} : { feature: stratum === "present" ? "with" : "without" }),
        }),
    };
  });
  return (
    <div className="subgroups">
      <h3>By label</h3>
      <Choice
        label="The same relative change on the images of each value of"
        value={shown.label}
        names={Object.fromEntries(subgroups.map((each) => [each.label, each.label]))}
        choose={setLabel}
      />
      <FiguresTable
        caption={`Relative change of ${cell.downstream} for ${cell.base} by ${shown.label}`}
        head="Images with"
        columns={["mean"]}
        rows={rows}
        intervals={{ minEffect: matrix.minEffect }}
      />
      <p className="note">
        Over {figureOf(cell, "decisive").of}, with Student’s intervals. These are described, not tested: among many
        labels some differ by chance. A group leads to its images.
      </p>
    </div>
  );
}

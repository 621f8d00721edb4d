import type { ReportData } from "../../report/data.ts";
import { CutFrame, DifferenceOfCuts } from "../parts/frame.tsx";
import { decimal } from "../parts/numbers.ts";
import { cutsOf } from "./gallery-items.ts";

/** Counterfactuals that are shown of a classifier. */
const shown = 4;

/** Classifiers that are lowered by what none of the moved features names, each with the counterfactuals that show it. */
export function Unnamed({ report }: { readonly report: ReportData }) {
  const { summary, matrix, thumbnails, images } = report;
  if (summary.unnamed.length === 0) return null;
  const before = cutsOf(thumbnails?.before);
  return (
    <div className="unnamed">
      <h3>Lowered by what no feature names</h3>
      <p className="note">
        The classifier fell along its own counterfactuals by more than its features explain, each by what it does when
        it alone is taken out or put in. Look for what changed in these pictures, and give the audit a classifier of it.
      </p>
      {summary.unnamed.map(({ base, sentence }) => {
        const after = cutsOf(thumbnails?.after.find((each) => each.base === base));
        const shows = matrix.accountedFor?.find((each) => each.base === base)?.images ?? [];
        const pictures = shows.flatMap(({ image, fall, explained }) => {
          const place = images.indexOf(image);
          const [from, to] = [before(place), after(place)];
          return from === undefined || to === undefined ? [] : [{ image, fall, explained, from, to }];
        });
        return (
          <div key={base}>
            <p className="sentence">{sentence}</p>
            <ul>
              {pictures.slice(0, shown).map(({ image, fall, explained, from, to }) => (
                <li key={image}>
                  <CutFrame cut={from} label={`${image} before`} size={96} />
                  <CutFrame cut={to} label={`${image} after`} size={96} />
                  <DifferenceOfCuts before={from} after={to} label={`${image}: difference`} />
                  <p>
                    {image}: fell by {decimal(fall)}, {decimal(explained)} of it explained
                  </p>
                </li>
              ))}
            </ul>
          </div>
        );
      })}
    </div>
  );
}

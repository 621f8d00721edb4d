import { CutFrame, DifferenceOfCuts } from "../parts/frame.tsx";
import { decimal } from "../parts/numbers.ts";
import { cutsOf } from "./gallery-items.ts";
import { useRun } from "./use-run.ts";

/** Counterfactuals that are shown of a classifier. */
const shown = 4;

/** Classifiers that are lowered by what none of the moved features names, each with the counterfactuals that show it. */
export function Unnamed() {
  const { summary } = useRun().report;
  if (summary.unnamed.length === 0) return null;
  return (
    <div className="unnamed">
      <h3>Lowered by what no feature names</h3>
      <p className="note">
        The classifier fell along its own counterfactuals by more than its features explain, each by what it does when
        it alone is taken out or put in. Look for what changed in these pictures, and give the audit a classifier of it.
      </p>
      {summary.unnamed.map(({ base }) => (
        <UnnamedOf key={base} base={base} />
      ))}
    </div>
  );
}

/** What is said of a classifier that something without a name lowers, and the counterfactuals that show it; nothing of others. */
export function UnnamedOf({ base }: { readonly base: string }) {
  const { summary, matrix, thumbnails, images } = useRun().report;
  const said = summary.unnamed.find((each) => each.base === base);
  if (said === undefined) return null;
  const before = cutsOf(thumbnails?.before);
  const after = cutsOf(thumbnails?.after.find((each) => each.base === base));
  const shows = matrix.accountedFor?.find((each) => each.base === base)?.images ?? [];
  const pictures = shows.flatMap(({ image, fall, explained }) => {
    const place = images.indexOf(image);
    const [from, to] = [before(place), after(place)];
    return from === undefined || to === undefined ? [] : [{ image, fall, explained, from, to }];
  });
  return (
    <div>
      <p className="sentence">{said.sentence}</p>
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
}

import type { ReportMode } from "../../report/data.ts";
import { type Cut, CutFrame } from "../parts/frame.tsx";
import { decimal, plural, range, unbroken } from "../parts/numbers.ts";
import { PlainTable, right } from "../parts/plain-table.tsx";
import { useRun } from "./use-run.ts";

/** What lowers a classifier, in kinds: each as a sentence, its mean change and its clearest pairs. */
export function ModesPart({ base }: { readonly base: string }) {
  const found = useRun().report.modes.find((each) => each.base === base);
  if (found === undefined) return null;
  const { modes, count, smallest, withoutPicture } = found;
  const rest = withoutPicture === 0 ? "" : ` with a picture (${withoutPicture} more have none)`;
  return (
    <>
      <h3>What lowers it, in kinds</h3>
      <p className="note">
        Its {plural(count, "counterfactual")}
        {rest}, grouped by what changes in the picture
        {modes.length === 1
          ? ": no more than one kind"
          : `: ${plural(modes.length, "kind")}, of at least ${smallest} each,`}{" "}
        came back when the images were drawn anew.
      </p>
      <ol className="modes">
        {modes.map((mode) => (
          <ModeItem key={mode.sentence} mode={mode} />
        ))}
      </ol>
    </>
  );
}

function ModeItem({ mode }: { readonly mode: ReportMode }) {
  const { sentence, unnamed, pictures, features, fall } = mode;
  return (
    <li className={unnamed === true ? "mode is-unnamed" : "mode"}>
      <p className="sentence">{unbroken(sentence)}</p>
      {pictures === null ? (
        <p className="note">Its pictures did not fit into this file.</p>
      ) : (
        <ModePictures pictures={pictures} />
      )}
      <details>
        <summary>What the features did</summary>
        <PlainTable columns={["Feature", ...right(["mean change", `of the fall of ${decimal(fall)}`])]}>
          {features.map(({ feature, classifier, change, ci, explains }) => (
            <tr key={feature}>
              <th scope="row" title={`told by ${classifier}`}>
                {feature}
              </th>
              <td className="right">
                {decimal(change)}
                {ci === null ? "" : ` (${range(ci)})`}
              </td>
              <td className="right">{decimal(explains)}</td>
            </tr>
          ))}
        </PlainTable>
      </details>
    </li>
  );
}

function ModePictures({ pictures }: { readonly pictures: NonNullable<ReportMode["pictures"]> }) {
  const { report } = useRun();
  const { source, width, height, ends, images } = pictures;
  const tile = (place: number): Cut => ({ source, left: place * width, top: 0, width, height });
  return (
    <div className="mode-pictures">
      <figure>
        <CutFrame cut={tile(0)} label="Mean change" size={192} />
        <figcaption>
          Mean change. Grey is nothing, white +{decimal(ends)}, black −{decimal(ends)}.
        </figcaption>
      </figure>
      <ul>
        {images.map((image, place) => {
          const name = report.images[image] ?? "";
          return (
            <li key={name}>
              <CutFrame cut={tile(1 + 2 * place)} label={`${name} before`} size={96} />
              <CutFrame cut={tile(2 + 2 * place)} label={`${name} after`} size={96} />
              <small title={name}>{name}</small>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

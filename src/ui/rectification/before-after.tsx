import type { Rectification, RectifiedTarget } from "../../rectify/schema.ts";
import type { RectificationData } from "../../report/data.ts";
import { CounterfactualFigure } from "../parts/counterfactual-figure.tsx";
import { type Cut, CutFrame } from "../parts/frame.tsx";
import { decimal, plural } from "../parts/numbers.ts";

type Picture = RectifiedTarget["pictures"][number];

interface Props {
  readonly data: RectificationData;
  readonly target: RectifiedTarget;
}

const why: Readonly<Record<Picture["chosen"], string>> = {
  first: "one of the first",
  "most-left": "one of those on which most is left",
};

/** What the original and the rectified target each made of a few test images, one beside the other. */
export function BeforeAfter({ data, target }: Props) {
  const { pictures } = target;
  const shown = pictures.filter(({ file }) => data.pictures[file] !== undefined);
  if (target.rectified === null) return null;
  if (shown.length === 0) {
    return (
      <p className="note">
        {pictures.length === 0
          ? "No pictures of this repair were kept: none were asked for, or no test image with the feature is used before and after."
          : "The pictures of this repair did not fit into this file, or do not lie beside rectification.json any more."}
      </p>
    );
  }
  const { against } = data.rectification;
  return (
    <>
      <p className="lead">
        The same test images, lowered by {target.target} and by its rectified form. Of the images that have the feature
        and are used under both, the first ones in their order, which is random, then those on which most |relative
        change| is left.
      </p>
      {against.map((feature) => {
        const own = shown.filter((picture) => picture.against === feature);
        if (own.length === 0) return null;
        const { after } = target.features.find((each) => each.against === feature)?.splits.test ?? {};
        return (
          <div key={feature} className="repairs">
            {against.length > 1 && <h3>With {feature}</h3>}
            <ul>
              {own.map((picture) => (
                <Pair
                  key={picture.image}
                  {...{ picture, target, against }}
                  source={data.pictures[picture.file] ?? ""}
                />
              ))}
            </ul>
            <p className="note">
              {plural(own.length, "image")} of {after?.present.used ?? 0} with {feature} that are used after the repair:
              to look at, not to count. For them {2 * own.length} more counterfactuals were made than the figures rest
              on ({target.counterfactuals}).
            </p>
          </div>
        );
      })}
    </>
  );
}

function Pair(props: {
  readonly picture: Picture;
  readonly source: string;
  readonly target: RectifiedTarget;
  readonly against: Rectification["against"];
}) {
  const { picture, source, target, against } = props;
  const { image, chosen, width, height, original, rectified } = picture;
  const frame = (place: number): Cut => ({ source, left: place * width, top: 0, width, height });
  const side = (name: string, place: number, { before, after, features }: Picture["original"]) => (
    <CounterfactualFigure base={name} before={frame(1)} after={frame(place)}>
      <b>{name}</b> {decimal(before)} → {decimal(after)}
      {features.map((feature, index) => (
        <span key={against[index]}>
          ; {against[index]} {decimal(feature.before)} → {decimal(feature.after)}
          {index === against.indexOf(picture.against) && `, relative change ${decimal(feature.relativeChange)}`}
        </span>
      ))}
    </CounterfactualFigure>
  );
  return (
    <li>
      <figure className="repair-input">
        <CutFrame cut={frame(0)} label={`Input image ${image}`} size={192} />
        <figcaption>
          <b>{image}</b>: {why[chosen]}
        </figcaption>
      </figure>
      {side(target.target, 2, original)}
      {side("rectified", 3, rectified)}
    </li>
  );
}

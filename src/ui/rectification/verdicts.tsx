import { useMemo } from "react";
import type { Rectification, RectifiedTarget } from "../../rectify/schema.ts";
import { Choice } from "../parts/choice.tsx";
import { IntervalFigure } from "../parts/interval-figure.tsx";
import { decimal } from "../parts/numbers.ts";
import { oneOf } from "../shell/hash.ts";
import { type RectificationAddress, rectificationAddress, strata } from "./address.ts";

interface Props {
  readonly rectification: Rectification;
  readonly address: RectificationAddress;
  readonly go: (next: RectificationAddress, replace?: boolean) => void;
  readonly open: (target: string) => void;
}

type Feature = RectifiedTarget["features"][number];

const strataNames = {
  all: "all images of the fixed set",
  present: "images with the feature",
  absent: "images without the feature",
};
const kinds = ["before", "after"];
const domain = [-1, 1] as const;
const ticks = [-1, -0.5, 0, 0.5, 1];

/** What came of every target and feature, in sentences, and the relative change on test before and after. */
export function Verdicts({ rectification, address, go, open }: Props) {
  const { targets, options } = rectification;
  const { stratum } = address;
  const rows = useMemo(
    () =>
      targets.flatMap(({ target, features }) =>
        features.map(({ against, splits: { test } }) => ({
          name: `${target} → ${against}`,
          points: [test.before, test.after].flatMap((effect, kind) => {
            const figures = effect?.[stratum];
            return figures?.mean == null ? [] : [{ value: figures.mean, ci: figures.ci, kind }];
          }),
        })),
      ),
    [targets, stratum],
  );
  const minEffect = Number(options.minEffect ?? 0.1);
  const band = useMemo(() => [-minEffect, minEffect] as const, [minEffect]);
  return (
    <section id="verdicts" aria-labelledby="verdicts-title">
      <h2 id="verdicts-title" tabIndex={-1}>
        Verdicts
      </h2>
      <p className="lead">
        Rectified means: on test images mean |relative change| is at most half of what it was, the interval of the
        reduction lies above 0, the mean has not changed its sign by more than {decimal(minEffect)}, and at least 80 %
        of the images with the feature can still be moved. Images do not count for this that were called positive
        wrongly, as their labels say, and no longer are. Where most searches reach the drop, images that a limit stopped
        before it are in no mean; a repair has to hold with them too.
      </p>
      <ol className="findings">
        {targets.flatMap((target) =>
          target.features.map((feature) => (
            <Verdict key={JSON.stringify([target.target, feature.against])} {...{ target, feature, address, open }} />
          )),
        )}
      </ol>
      <h3>Relative change on test images, before and after</h3>
      <div className="toolbar">
        <Choice
          label="Over"
          value={stratum}
          names={strataNames}
          choose={(word) => go({ ...address, stratum: oneOf(strata, word) }, true)}
        />
      </div>
      <IntervalFigure
        title="Mean relative change on test"
        rowName="target and feature"
        label="mean relative change on test"
        {...{ rows, kinds, domain, ticks, band }}
      >
        Hollow: before. Filled: after. Bars: intervals. Grey band: effects below {decimal(minEffect)}.
      </IntervalFigure>
    </section>
  );
}

function Verdict(
  props: Pick<Props, "address" | "open"> & { readonly target: RectifiedTarget; readonly feature: Feature },
) {
  const { target, feature, address, open } = props;
  const { before, after } = feature.splits.test;
  const used = feature.coverage?.test ?? { before: before.present.used, after: after?.present.used };
  return (
    <li className="verdict">
      <div>
        <p className="sentence">
          <VerdictSentence target={target} feature={feature} />
        </p>
        {target.byLabels !== null && (
          <p className="coefficient">
            By labels: <b data-verdict={target.byLabels.verdict}>{target.byLabels.verdict}</b>: {target.byLabels.reason}
            .
          </p>
        )}
        {feature.coefficient !== 0 && (
          <p className="coefficient">
            c = <b>{decimal(feature.coefficient)}</b>
            {feature.guess === null ? "" : `, first guess ${decimal(feature.guess)}`}
            {feature.spread === null
              ? ""
              : `, standard deviation ${decimal(feature.spread)} over ${feature.fits.length} fits`}
            {feature.reduction === null
              ? ""
              : `; mean |RC| on the images used under both falls by ${decimal(feature.reduction.value)} (${decimal(feature.reduction.ci[0])} to ${decimal(feature.reduction.ci[1])})`}
          </p>
        )}
        {target.rectified !== null && (
          <p className="coefficient">
            <code>{target.rectified}</code>
          </p>
        )}
        {target.model !== null && (
          <p className="coefficient">
            saved as <code>{target.model.file}</code>
          </p>
        )}
        <a
          href={rectificationAddress.write({ ...address, target: target.target })}
          onClick={(event) => {
            event.preventDefault();
            open(target.target);
          }}
        >
          See how it was fitted
          <span className="hidden"> for {target.target}</span>
        </a>
      </div>
      <dl className="moves">
        <Move name="mean relative change" before={before.all.mean} after={after?.all.mean} />
        <Move name="mean |relative change|" before={before.all.meanAbsolute} after={after?.all.meanAbsolute} />
        <Move name="images with it still used" before={used.before} after={used.after} digits={0} />
        {before.all.apart + (after?.all.apart ?? 0) > 0 && (
          <Move name="stopped short, in no mean" before={before.all.apart} after={after?.all.apart} digits={0} />
        )}
      </dl>
    </li>
  );
}

function VerdictSentence({ target, feature }: { readonly target: RectifiedTarget; readonly feature: Feature }) {
  const { verdict, against, reason } = feature;
  const [f, g] = [<em key="f">{target.target}</em>, <em key="g">{against}</em>];
  // Two verdicts side by side: where labels say that it became better, no alarm on relative change stands over that.
  const contested = target.byLabels?.verdict === "better" && verdict !== "rectified";
  const badge = (words: string) => <b data-verdict={contested ? "contested" : verdict}>{words}</b>;
  const because = `: ${reason.replaceAll("-", "−").replace(/(\w)−(?=[a-z])/g, "$1-")}.`;
  switch (verdict) {
    case "rectified":
      return (
        <>
          {f} is {badge("rectified")} against {g}
          {because}
        </>
      );
    case "nothing to rectify":
      return (
        <>
          {f} has {badge("nothing to rectify")} against {g}
          {because}
        </>
      );
    case "no coefficient helps":
      return (
        <>
          {badge("No coefficient helps")} {f} against {g}
          {because}
        </>
      );
    case "not measurable":
      return (
        <>
          {f} against {g} is {badge("not measurable")}
          {because}
        </>
      );
    case "unresolved":
      return (
        <>
          {f} against {g} is {badge("unresolved")}
          {because}
        </>
      );
  }
}

interface MoveProps {
  readonly name: string;
  readonly before: number | null;
  readonly after: number | null | undefined;
  readonly digits?: number;
}

function Move({ name, before, after, digits = 2 }: MoveProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {decimal(before, digits)}
        {after === undefined ? "" : ` → ${decimal(after, digits)}`}
      </dd>
    </div>
  );
}

import { useCallback, useMemo } from "react";
import { type LearningCurve, learningCurve } from "../../pictures/learning-curve.ts";
import type { RectifiedTarget } from "../../rectify/schema.ts";
import { decimal, plural } from "../parts/numbers.ts";
import { NumbersTable } from "../parts/numbers-table.tsx";
import { pageColours, pageFont } from "../parts/page-colours.ts";
import { PlotFigure } from "../parts/plot-figure.tsx";

type Descent = NonNullable<RectifiedTarget["descent"]>;

const splits = ["train", "validation", "test"] as const;
const splitNames = ["training images", "validation images", "test images"];
/** Grey for training, red for validation, blue for test; in the order of the curves. */
const colours = ["var(--muted)", "var(--pos)", "var(--neg)"];

/** How a target was fitted: mean |RC| on the three splits and the coefficient, step by step (the paper's Fig. 7). */
export function LearningSection({ target }: { readonly target: RectifiedTarget }) {
  const { descent, images, features } = target;
  const lead = `${plural(images.train, "image")} to fit, ${images.validation} to stop, ${images.test} for the figures.`;
  if (descent === null) {
    return (
      <p className="lead">
        {lead} Nothing was fitted: {target.reason}.
      </p>
    );
  }
  return (
    <>
      <p className="lead">
        {lead} The descent kept the coefficient of step {descent.chosen}, where mean |relative change| on validation
        images was smallest; it ended{" "}
        {descent.ended === "patience" ? "when it no longer fell" : "at the last step allowed"}.
      </p>
      {features.map((feature, index) => (
        <Feature key={feature.against} {...{ feature, index, descent }} />
      ))}
    </>
  );
}

interface FeatureProps {
  readonly feature: RectifiedTarget["features"][number];
  readonly index: number;
  readonly descent: Descent;
}

function Feature(props: FeatureProps) {
  const { feature, index, descent } = props;
  const { against } = feature;
  const last = Math.max(0, ...descent.steps.map(({ step }) => step), ...descent.checks.map(({ step }) => step));
  const curves = useMemo(
    () =>
      splits.map(
        (split, at): LearningCurve => ({
          name: splitNames[at] ?? split,
          points: descent.checks.map(({ step, splits: looks }) => ({
            step,
            value: looks[split][index]?.all.meanAbsolute ?? undefined,
          })),
        }),
      ),
    [descent, index],
  );
  const coefficients = useMemo(
    (): LearningCurve[] => [
      {
        name: "coefficient",
        points: descent.steps.map(({ step, coefficients }) => ({ step, value: coefficients[index] })),
      },
      {
        name: "its average",
        points: descent.checks.map(({ step, coefficients }) => ({ step, value: coefficients[index] })),
      },
    ],
    [descent, index],
  );
  const draw = (shown: readonly LearningCurve[], label: string, dots: boolean) => (width: number) =>
    learningCurve(shown, {
      width,
      height: 250,
      colours: pageColours,
      fontFamily: pageFont,
      label,
      chosen: descent.chosen,
      last,
      dots,
    });
  // biome-ignore lint/correctness/useExhaustiveDependencies: draw depends on what stands here
  const drawCurves = useCallback(draw(curves, `Mean |relative change| of ${against}`, true), [curves, against, last]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: draw depends on what stands here
  const drawCoefficients = useCallback(draw(coefficients, `Coefficient of ${against}`, false), [
    coefficients,
    against,
    last,
  ]);
  return (
    <figure className="learning">
      <h3>Against {against}</h3>
      <div className="panels">
        <div>
          <p className="plot-title">Mean |relative change|</p>
          <Keys names={splitNames} />
          <PlotFigure draw={drawCurves} />
        </div>
        <div>
          <p className="plot-title">Coefficient c</p>
          <Keys names={["at every step", "averaged, as it was looked at"]} />
          <PlotFigure draw={drawCoefficients} />
        </div>
      </div>
      <Steps {...props} />
      <Grid feature={feature} />
    </figure>
  );
}

/** The figures of the curves, step by step. */
function Steps({ feature: { against }, index, descent }: FeatureProps) {
  return (
    <NumbersTable
      caption={`Learning curve against ${against}`}
      columns={["step", "averaged c", ...splitNames, "loss on validation"]}
      words={0}
      rows={descent.checks.map(({ step, coefficients, splits: looks, loss }) => [
        `${step}${step === descent.chosen ? " (taken)" : ""}`,
        decimal(coefficients[index], 3),
        ...splits.map((split) => decimal(looks[split][index]?.all.meanAbsolute, 3)),
        decimal(loss, 3),
      ])}
    />
  );
}

/** The coefficients that were tried where that of the descent does not help. */
function Grid({ feature }: { readonly feature: RectifiedTarget["features"][number] }) {
  const { against, grid } = feature;
  if (grid === null) return null;
  const helping = grid.filter(({ helps }) => helps).length;
  return (
    <>
      <p className="note">
        The descent’s coefficient does not help on the training images, so a grid of {grid.length} was tried on them.
        Coefficients that halve mean |RC|: {grid.filter(({ halves }) => halves).length}; that also keep the images with
        the feature: {helping}.
        {helping === 0 ? "" : ` The one that helps most, ${decimal(feature.coefficient)}, took its place.`}
      </p>
      <NumbersTable
        caption={`Coefficients of the grid against ${against}`}
        columns={["coefficient", "mean |RC| on train", "mean RC on train", "images with it used", "outcome"]}
        words={0}
        rows={grid.map(({ coefficient, effect, coverage, halves, helps }) => [
          decimal(coefficient),
          decimal(effect.all.meanAbsolute, 3),
          decimal(effect.all.mean, 3),
          `${coverage.after} of ${coverage.before}`,
          helps ? "helps" : halves ? "halves, but loses images" : "–",
        ])}
      />
    </>
  );
}

/** Names of the curves in their colours. */
function Keys({ names }: { readonly names: readonly string[] }) {
  return (
    <ul className="legend keys">
      {names.map((name, index) => (
        <li key={name}>
          <i className="line" style={{ background: colours[index] }} /> {name}
        </li>
      ))}
    </ul>
  );
}

import { useMemo, useState } from "react";
import type { Offers } from "../../live/questions.ts";
import { leastEffectAt, repairedAt } from "../../live/repaired.ts";
import { Choice } from "../parts/choice.tsx";
import { download } from "../parts/download.ts";
import { decimal, plural } from "../parts/numbers.ts";
import { Failure } from "./failure.tsx";
import type { Link } from "./link.ts";
import type { Choosable } from "./pictures.ts";
import { RepairFigures } from "./repair-figures.tsx";
import { type RepairSubject, useRepair } from "./use-repair.ts";

interface Props {
  readonly link: Link;
  readonly offers: Offers;
  readonly pictures: readonly Choosable[];
  /** The classifier that is looked at, and the feature that it is likeliest to be freed of. */
  readonly base: string;
  readonly feature: string | undefined;
  readonly lower: (base: string) => void;
}

/** Amounts that the slider offers. */
const [most, step] = [1.5, 0.05];
const amounts = Array.from({ length: Math.round(most / step) + 1 }, (_, index) => Number((index * step).toFixed(2)));

/** A classifier without a feature: the target minus so much of the feature's classifier (Eqs. 5, 6), with what becomes of it as the slider moves. */
export function RepairPanel({ link, offers, pictures, base, feature: likeliest, lower }: Props) {
  const repair = useRepair(link);
  const [target, setTarget] = useState<string>();
  const [feature, setFeature] = useState<string>();
  const [amount, setAmount] = useState<number>();
  const { features } = offers;
  const subject: RepairSubject = { target: target ?? base, feature: feature ?? likeliest ?? features[0]?.name ?? "" };
  const best = useMemo(() => leastEffectAt(repair.pictures, amounts), [repair.pictures]);
  const chosen = amount ?? best ?? 0;
  const names = Object.fromEntries(features.map(({ name }) => [name, name]));
  const targets = Object.fromEntries(
    [...new Set([base, ...offers.classifiers.filter(({ judge }) => !judge).map(({ name }) => name)])].map((name) => [
      name,
      name,
    ]),
  );
  return (
    <details className="folded repair">
      <summary>Repair a classifier</summary>
      <p className="note">
        The target minus so much of the feature’s own classifier is a classifier too. On some pictures the feature is
        taken out, or put in; then the slider shows what is left of its effect, without running a model again.
      </p>
      <div className="audit-bar">
        <Choice label="Target" value={subject.target} names={targets} choose={setTarget} />
        <Choice label="is to lose" value={subject.feature} names={names} choose={setFeature} />
        {repair.left > 0 ? (
          <button type="button" onClick={repair.stop}>
            Stop
          </button>
        ) : (
          <button
            type="button"
            className="go"
            disabled={pictures.length === 0}
            onClick={() => {
              setAmount(undefined);
              repair.start(subject, pictures);
            }}
          >
            Measure on {plural(pictures.length, "picture")}
          </button>
        )}
      </div>
      <p className="note" role="status" data-repair={repair.left > 0 ? "looking" : repair.subject ? "done" : "none"}>
        {repair.left > 0
          ? `${plural(repair.left, "picture")} to go; the slider moves meanwhile.`
          : repair.subject !== undefined && `${plural(repair.pictures.length, "picture")} seen.`}
      </p>
      <Failure words={repair.failure} />
      {repair.subject !== undefined && repair.pictures.length > 0 && (
        <Slid {...{ link, repair, offers, amount: chosen, best, lower }} subject={repair.subject} slide={setAmount} />
      )}
    </details>
  );
}

interface SlidProps extends Pick<Props, "link" | "offers" | "lower"> {
  readonly repair: ReturnType<typeof useRepair>;
  readonly subject: RepairSubject;
  readonly amount: number;
  readonly best: number | undefined;
  readonly slide: (amount: number) => void;
}

function Slid({ link, repair, offers, subject, amount, best, lower, slide }: SlidProps) {
  const [failure, setFailure] = useState<string>();
  const before = useMemo(() => repairedAt(repair.pictures, 0), [repair.pictures]);
  const after = useMemo(() => repairedAt(repair.pictures, amount), [repair.pictures, amount]);
  const taken = offers.features.find(({ name }) => name === subject.feature)?.editor ?? subject.feature;
  const sum = amount === 0 ? subject.target : `${subject.target} - ${amount}*${taken}`;
  const saveFile = (): void => {
    setFailure(undefined);
    link.ask("repairFile", { ...subject, amount, threshold: after.threshold }).then(
      (file) => download(`${subject.target.replace(/[^\w.-]+/g, "_")}-rectified.zip`, file),
      (error: Error) => setFailure(`not saved: ${error.message}`),
    );
  };
  return (
    <>
      <div className="scrubber">
        <label>
          <span className="hidden">How much of {taken} is taken away</span>
          <input
            type="range"
            min={0}
            max={most}
            step={step}
            value={amount}
            aria-valuetext={sum}
            onChange={({ target }) => slide(Number(target.value))}
          />
        </label>
        <output aria-live="off">
          <span data-sum={sum}>{sum}</span>
          {best !== undefined && best !== amount && (
            <button type="button" className="plain-link" onClick={() => slide(best)}>
              least effect: {decimal(best)}
            </button>
          )}
        </output>
      </div>
      <RepairFigures
        {...{ before, after }}
        subject={subject}
        concept={offers.classifiers.find(({ name }) => name === subject.target)?.concept ?? subject.target}
        edits={repair.pictures.filter(({ edit }) => edit).length}
      />
      <p className="save">
        <button type="button" onClick={() => lower(sum)}>
          Lower this sum on the picture
        </button>
        <button type="button" disabled={amount === 0} onClick={saveFile}>
          Download as ONNX
        </button>
        {failure !== undefined && <span role="alert">{failure}</span>}
      </p>
    </>
  );
}

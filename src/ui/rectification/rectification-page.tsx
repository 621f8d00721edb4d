import { useMemo } from "react";
import type { RectificationData } from "../../report/data.ts";
import { Choice } from "../parts/choice.tsx";
import { ModelsTable } from "../parts/models-table.tsx";
import { count, plural, spelled } from "../parts/numbers.ts";
import { OptionsList } from "../parts/options-list.tsx";
import { PageHead } from "../shell/page-head.tsx";
import { useAddress } from "../shell/use-address.ts";
import { openTarget, rectificationAddress } from "./address.ts";
import { BeforeAfter } from "./before-after.tsx";
import { LearningSection } from "./learning-section.tsx";
import { Ledger } from "./ledger.tsx";
import { Performance } from "./performance.tsx";
import { RectificationMatrix } from "./rectification-matrix.tsx";
import { Repairs } from "./repairs.tsx";
import { Verdicts } from "./verdicts.tsx";

const provenance = ["provenance", "Provenance"] as const;
const contentsOfRepairs = [["repairs", "Methods side by side"]] as const;
const contentsOfSums = [
  ["verdicts", "Verdicts"],
  ["matrix", "Before and after"],
  ["target", "Pictures and learning curves"],
  ["ledger", "Collateral ledger"],
] as const;

/** The page of a rectification: verdicts, matrices before and after, and how one target was fitted and at what cost. */
export function RectificationPage({ data }: { readonly data: RectificationData }) {
  const { rectification } = data;
  const { targets, against, images, dropped, notes, options, repairs } = rectification;
  const all = Math.max(targets.length, repairs.length);
  const made = targets.reduce((sum, { counterfactuals }) => sum + counterfactuals, 0);
  const contents = [
    ...(repairs.length > 0 ? contentsOfRepairs : []),
    ...(targets.length > 0 ? contentsOfSums : []),
    provenance,
  ];
  return (
    <>
      <PageHead
        kicker="Rectified classifiers"
        title={data.title}
        headline={headline(rectification)}
        deck={targets.length === 0 ? deckOfRepairs : deckOfSums}
        counts={[
          [count(all), all === 1 ? "target" : "targets"],
          [count(against.length), against.length === 1 ? "feature" : "features"],
          [count(images), "images"],
          ...(targets.length === 0 ? [] : [[count(made), "counterfactuals"] as const]),
        ]}
        contents={contents}
      />
      <main id="main">
        {repairs.length > 0 && <Repairs repairs={repairs} pictures={data.pictures} />}
        {targets.length > 0 && <Sums data={data} />}
        <section id="provenance" aria-labelledby="provenance-title">
          <h2 id="provenance-title" tabIndex={-1}>
            What was rectified, and how
          </h2>
          {notes.map((note) => (
            <p key={note} className="lead">
              {note}
            </p>
          ))}
          {Object.keys(dropped).length > 0 && (
            <p className="lead">
              Not used:{" "}
              {Object.entries(dropped)
                .map(([reason, n]) => `${plural(n, "image")} (${reason.replaceAll("-", " ")})`)
                .join(", ")}
              .
            </p>
          )}
          <ModelsTable
            models={[
              { kind: "autoencoder", ...rectification.autoencoder },
              ...rectification.models.map((model) => ({ kind: "classifier", ...model }) as const),
            ]}
          />
          <h3>Options</h3>
          <OptionsList options={options} />
        </section>
      </main>
    </>
  );
}

const deckOfRepairs = (
  <>
    The row of a classifier's last layer is fitted anew on as many pictures of every group. Half of the pictures is
    fitted to, a quarter sets the scale and chooses among methods, and the last quarter judges, once.
  </>
);

const deckOfSums = (
  <>
    A classifier <i>f</i> that uses the feature of a classifier <i>g</i> is composed with it: <i>f</i> + c·
    <i>g</i>. The coefficient c is found on one half of the images, which also says what needs no repair and what no
    coefficient helps. A quarter says when the fit ends. Before and after are compared on the last quarter, which had no
    part in the fit. The images are chosen once, by the original classifier.
  </>
);

/** What the sum with the feature's classifier came to: verdicts, matrices before and after, and how one target was fitted and at what cost. */
function Sums({ data }: { readonly data: RectificationData }) {
  const { rectification } = data;
  const { targets } = rectification;
  const [address, go] = useAddress(rectificationAddress);
  const target = openTarget(targets, address);
  const names = useMemo(() => Object.fromEntries(targets.map(({ target }) => [target, target])), [targets]);
  const open = (name: string): void => go({ ...address, target: name });
  return (
    <>
      <Verdicts {...{ rectification, address, go, open }} />
      <RectificationMatrix {...{ rectification, address, go, open }} />
      <section id="target" aria-labelledby="target-title">
        <h2 id="target-title" tabIndex={-1} className="cell-title">
          {target?.target ?? "No target"}
        </h2>
        {target !== undefined && (
          <>
            {targets.length > 1 && (
              <div className="toolbar">
                <Choice
                  label="Target"
                  value={target.target}
                  names={names}
                  choose={(name) => go({ ...address, target: name }, true)}
                />
              </div>
            )}
            <BeforeAfter data={data} target={target} />
            <LearningSection key={target.target} target={target} />
          </>
        )}
      </section>
      {target !== undefined && (
        <section id="ledger" aria-labelledby="ledger-title">
          <h2 id="ledger-title" tabIndex={-1}>
            What else moved
          </h2>
          <Ledger target={target} />
          <Performance target={target} />
        </section>
      )}
    </>
  );
}

/** The outcome in one sentence. */
function headline({ targets, repairs }: RectificationData["rectification"]): string {
  const repaired = repairs.filter(({ methods, recommended }) =>
    methods.some(({ method, judged }) => method === recommended && judged?.verdict === "repaired"),
  ).length;
  if (repairs.length > 0) {
    if (repairs.length === 1) return repaired === 1 ? "The classifier was repaired" : "The classifier was not repaired";
    return `${repaired === 0 ? "None" : spelled(repaired)} of ${repairs.length} classifiers ${repaired === 1 ? "was" : "were"} repaired`;
  }
  const needing = targets.filter(({ verdict }) => verdict !== "nothing to rectify");
  const done = needing.filter(({ verdict }) => verdict === "rectified").length;
  if (needing.length === 0) return "There was nothing to rectify";
  if (done === 0) {
    const better = needing.filter(({ byLabels }) => byLabels?.verdict === "better").length;
    if (better > 0) {
      const which = needing.length === 1 ? "The classifier" : `${spelled(better)} of ${needing.length} classifiers`;
      return `${which} became better by labels, and ${better === 1 ? "is" : "are"} not rectified by relative change`;
    }
    // A target has the worst verdict of its features: what was repaired of it is said all the same.
    const partly = needing.filter(({ features }) => features.some(({ verdict }) => verdict === "rectified")).length;
    if (partly > 0) {
      const which = needing.length === 1 ? "The classifier" : `${spelled(partly)} of ${needing.length} classifiers`;
      return `${which} ${partly === 1 ? "is" : "are"} rectified against some of the features, and not against all`;
    }
    if (needing.every(({ verdict }) => verdict === "unresolved" || verdict === "not measurable")) {
      return "These images cannot tell whether there is anything to rectify";
    }
    return needing.length === 1
      ? "The classifier could not be rectified"
      : "None of the classifiers could be rectified";
  }
  if (done === needing.length) {
    if (done === 1) return "The classifier that needed it was rectified";
    return `All ${spelled(done).toLowerCase()} classifiers that needed it were rectified`;
  }
  return `${spelled(done)} of ${needing.length} classifiers that needed it ${done === 1 ? "was" : "were"} rectified`;
}

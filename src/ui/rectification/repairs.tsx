import type { Rectification } from "../../rectify/schema.ts";
import { decimal, range } from "../parts/numbers.ts";
import { PlainTable, right } from "../parts/plain-table.tsx";
import { RepairPictures } from "./repair-pictures.tsx";

type Repair = Rectification["repairs"][number];
type Looked = NonNullable<Repair["before"]>;

/** What every method made of every target, side by side on the same judged pictures, and which file to deploy. */
export function Repairs({
  repairs,
  pictures,
}: {
  readonly repairs: readonly Repair[];
  /** Data URIs by file. */
  readonly pictures: Readonly<Record<string, string>>;
}) {
  return (
    <section id="repairs" aria-labelledby="repairs-title">
      <h2 id="repairs-title" tabIndex={-1}>
        Methods side by side
      </h2>
      <p className="lead">
        Every figure is of judged pictures, which no fit and no choice has seen. An effect is the fall of the prediction
        when the feature alone is taken out of pictures or put into them.
      </p>
      {repairs.map((repair) => (
        <RepairOfTarget key={repair.target} repair={repair} kept={pictures} />
      ))}
    </section>
  );
}

/** The target as it is, then what a method made of it, in the order of columns and rows. */
function looksOf({ before, methods, recommended }: Repair) {
  const made = methods.flatMap(({ method, judged }) =>
    judged === null ? [] : [{ name: method, recommended: method === recommended, looked: judged as Looked, judged }],
  );
  return [
    ...(before === null ? [] : [{ name: "as it is", recommended: false, looked: before, judged: undefined }]),
    ...made,
  ];
}

function RepairOfTarget({
  repair,
  kept,
}: {
  readonly repair: Repair;
  readonly kept: Readonly<Record<string, string>>;
}) {
  const { target, pictures, told, advice } = repair;
  const by = [...new Set([told.class, ...told.features].map((each) => each ?? "nobody"))].join(", ");
  return (
    <>
      <h3>{target}</h3>
      <p className="sentence">{advice}</p>
      <p className="note">
        {pictures.fitted} fitted, {pictures.chosen} chosen and {pictures.judged} judged pictures; groups told by {by}
      </p>
      <RepairTable repair={repair} />
      <RepairNotes repair={repair} />
      <RepairPictures repair={repair} pictures={kept} />
      <RepairLedger repair={repair} />
    </>
  );
}

/** Figures of the target as it is, and of what each method made. */
function RepairTable({ repair }: { readonly repair: Repair }) {
  const { features, groups } = repair;
  const looks = looksOf(repair);
  return (
    <PlainTable
      className="repairs"
      columns={[
        "Method",
        ...right([
          ...features.map((feature) => `effect of ${feature}`),
          "accuracy",
          "AUROC",
          "worst group",
          "calibration error",
        ]),
        "verdict",
      ]}
    >
      {looks.map(({ name, recommended, looked, judged }) => (
        <tr key={name}>
          <th scope="row">
            {name}
            {recommended && looks.length > 2 ? " (recommended)" : ""}
          </th>
          {features.map((feature) => (
            <td key={feature} className="right">
              <Effect looked={looked} feature={feature} />
            </td>
          ))}
          <td className="right">{decimal(looked.figures?.accuracy.value)}</td>
          <td className="right">{decimal(looked.figures?.auroc?.value)}</td>
          <td className="right">
            {decimal(looked.figures?.worstGroup?.value)}
            {looked.figures?.worstGroup == null ? "" : ` (${groups[looked.figures.worstGroup.group]?.name})`}
          </td>
          <td className="right">{decimal(looked.figures?.calibrationError)}</td>
          <td>{judged === undefined ? "" : <b data-verdict={judged.verdict}>{judged.verdict}</b>}</td>
        </tr>
      ))}
    </PlainTable>
  );
}

/** What each method did and came to. */
function RepairNotes({ repair: { methods, notes } }: { readonly repair: Repair }) {
  return (
    <ul className="notes">
      {methods.map(({ method, refused, judged, done, file }) => (
        <li key={method} className="coefficient">
          <b>{method}</b>: {refused === null ? `${judged?.verdict}: ${judged?.reason}.` : `no file: ${refused}.`}
          {file === null ? (
            ""
          ) : (
            <>
              {" "}
              Saved as <code>{file}</code>.
            </>
          )}{" "}
          {done}
        </li>
      ))}
      {notes.map((note) => (
        <li key={note} className="coefficient">
          {note}
        </li>
      ))}
    </ul>
  );
}

/** What every other feature does, before and by method. */
function RepairLedger({ repair }: { readonly repair: Repair }) {
  const looks = looksOf(repair);
  const others = (repair.before?.effects ?? []).filter(({ feature }) => !repair.features.includes(feature));
  if (others.length === 0 || looks.length < 2) return null;
  return (
    <details>
      <summary>Effects of all other features, before and after</summary>
      <PlainTable className="ledger" columns={["Feature", ...right(looks.map(({ name }) => name))]}>
        {others.map(({ feature }) => (
          <tr key={feature}>
            <th scope="row">{feature}</th>
            {looks.map(({ name, looked }) => (
              <td key={name} className="right">
                <Effect looked={looked} feature={feature} />
              </td>
            ))}
          </tr>
        ))}
      </PlainTable>
    </details>
  );
}

function Effect({ looked, feature }: { readonly looked: Looked; readonly feature: string }) {
  const effect = looked.effects.find((each) => each.feature === feature);
  if (effect === undefined) return "–";
  const interval = range(effect.ci);
  const text = `${decimal(effect.value)}${interval === undefined ? "" : ` (${interval})`}`;
  return effect.state === "found" ? <b className="strong">{text}</b> : text;
}

import { useMemo } from "react";
import type { ReportFeature } from "../../report/data.ts";
import type { Cell, CellEffect } from "../../results/matrix-schema.ts";
import { editorWords, effectWords, noEffectWords, stateWords } from "../../words/cell.ts";
import { FiguresTable } from "../parts/figures-table.tsx";
import { CutFrame } from "../parts/frame.tsx";
import { decimal, percent, plural } from "../parts/numbers.ts";
import { Fact } from "../parts/options-list.tsx";
import { PlainTable, right } from "../parts/plain-table.tsx";
import { EditPictures } from "./edit-pictures.tsx";
import { type CellEdit, editsOf, featureOf, speakers, tileOf } from "./edits.ts";
import { useRun } from "./use-run.ts";

interface Props {
  readonly cell: Cell;
}

/** Pictures of what a cell's feature does to its base when it alone is taken out, or put in. */
export function EffectSection({ cell }: Props) {
  const { report } = useRun();
  const { effect } = cell;
  const why = report.interventions.noEffect[report.matrix.cells.indexOf(cell)];
  return (
    <div className="effect">
      <h3>When the feature alone goes or comes</h3>
      {effect === null ? (
        <p className="note">{why == null ? "" : noEffectWords(cell, why)}</p>
      ) : (
        <EffectPictures cell={cell} effect={effect} />
      )}
    </div>
  );
}

/** All figures of a cell's effect; nothing where it has none. */
export function EffectFigures({ cell }: Props) {
  return cell.effect === null ? null : <EffectTables cell={cell} effect={cell.effect} />;
}

function EffectTables({ cell, effect }: Props & { readonly effect: CellEffect }) {
  const { report } = useRun();
  const { minEffect, confidence } = report.matrix;
  const { feature, value, ci, total, count, moved, answered, followed, witness, editors, toldByEditor, unedited } =
    effect;
  const [own, verdict] = [effectWords(effect), stateWords(cell)];
  const figure = (text: string) => [{ text, strong: true }];
  return (
    <>
      <p className="note">
        Pictures with <b>{feature}</b> were shown without it, pictures that lack it with it; {witness} says whether it
        went or came. The effect is how far {cell.base} falls when {feature} alone goes from surely there to surely not:
        what other features did that moved along is not counted.
      </p>
      <div className="figures">
        <div>
          <FiguresTable
            caption={`Effect of ${feature} on ${cell.base}`}
            head={`Effect, with its ${Number((confidence * 100).toFixed(2))} % interval`}
            columns={["effect"]}
            rows={[
              { key: "effect", name: `${feature} alone`, figures: figure(decimal(value)), value, ci, count },
              {
                key: "total",
                name: "with all that moved along",
                figures: [{ text: decimal(total) }],
                value: total,
                count,
              },
              ...(unedited === null
                ? []
                : [
                    {
                      key: "unedited",
                      name: "by unedited images",
                      figures: [{ text: decimal(unedited.value) }],
                      ...unedited,
                    },
                  ]),
            ]}
            intervals={{ minEffect, what: "effect" }}
          />
          <SidesTable cell={cell} effect={effect} />
        </div>
        <dl className="facts">
          <Fact name="State">{own}</Fact>
          {verdict !== own && <Fact name="With the other views">{verdict}</Fact>}
          <Fact name="Answered">
            on {answered.count} of {moved}, {percent(answered.ci[0], 1).replace(" %", "")} to{" "}
            {percent(answered.ci[1], 1)}
          </Fact>
          {effect.state !== "found" && <Fact name="Images that could use it">at most {percent(followed.most, 1)}</Fact>}
          <Fact name={`${witness} saw it move`}>
            on {moved} of {count}
          </Fact>
          {editors.some((editor) => editor !== "pattern") && (
            <Fact name="Edits">
              {editorWords(editors)}
              {toldByEditor && ", told by the network that made them"}
            </Fact>
          )}
        </dl>
      </div>
    </>
  );
}

/** Mean predictions before and after, by who says them. */
function SidesTable({ cell, effect }: { readonly cell: Cell; readonly effect: CellEffect }) {
  const { removed, added, feature, witness } = effect;
  const sides = [
    ...(removed === null ? [] : [{ name: "taken out", side: removed }]),
    ...(added === null ? [] : [{ name: "put in", side: added }]),
  ];
  const [, own] = speakers(cell, effect);
  const change = (before: number, after: number): string => `${decimal(before)} → ${decimal(after)}`;
  return (
    <PlainTable
      caption={<caption className="hidden">Mean predictions before and after</caption>}
      className="sides"
      columns={["On average", ...right(sides.map(({ name, side }) => `${name} (${side.count})`))]}
    >
      <tr>
        <th scope="row">{cell.base}</th>
        {sides.map(({ name, side }) => (
          <td key={name} className="right strong">
            {change(side.before, side.after)}
          </td>
        ))}
      </tr>
      <tr>
        <th scope="row">its own feature, says {own}</th>
        {sides.map(({ name, side }) => (
          <td key={name} className="right">
            {change(side.own.before, side.own.after)}
          </td>
        ))}
      </tr>
      <tr>
        <th scope="row">
          {feature}, says {witness}
        </th>
        {sides.map(({ name, side }) => (
          <td key={name} className="right">
            {side.feature < 0 ? "rises by" : "falls by"} {decimal(Math.abs(side.feature))}
          </td>
        ))}
      </tr>
    </PlainTable>
  );
}

function EffectPictures({ cell, effect }: Props & { readonly effect: CellEffect }) {
  const { report } = useRun();
  const feature = featureOf(report, cell);
  const edits = useMemo(() => editsOf(report, cell), [report, cell]);
  if (feature === undefined) {
    return (
      <p className="note">
        {report.omitted.features > 0
          ? "The edited pictures did not fit into this file."
          : "The run kept no pictures of its interventions: align again to have them."}
      </p>
    );
  }
  return (
    <div className="edits">
      <Pattern feature={feature} />
      <Edits title="Taken out" edits={edits.filter(({ side }) => side === "remove")} of={effect.removed?.count} />
      <Edits title="Put in" edits={edits.filter(({ side }) => side === "add")} of={effect.added?.count} />
    </div>
  );
}

function Pattern({ feature }: { readonly feature: ReportFeature }) {
  const ends = decimal(feature.patternEnds);
  const [what, said] =
    feature.editor === "pattern"
      ? ["Pattern", `The pattern: what ${feature.feature} adds to a picture.`]
      : ["Mean change", `What these edits add to a picture on average where they put ${feature.feature} in.`];
  return (
    <figure className="pattern">
      <CutFrame cut={tileOf(feature, 0)} label={`${what} of ${feature.feature}`} size={192} />
      <figcaption>
        {said} Grey is nothing, white +{ends}, black −{ends}.
      </figcaption>
    </figure>
  );
}

function Edits(props: {
  readonly title: string;
  readonly edits: readonly CellEdit[];
  readonly of: number | undefined;
}) {
  const { title, of = 0 } = props;
  // The one that stands for the effect is first, and large.
  const edits = props.edits.toSorted((a, b) => Number(b.typical) - Number(a.typical));
  if (edits.length === 0) return null;
  return (
    <div>
      <h4>
        {title}{" "}
        <small>
          {edits.length} of {plural(of, "image")}
        </small>
      </h4>
      <ol>
        {edits.map((edit) => (
          <li key={edit.name} className="edit">
            <EditPictures edit={edit} />
          </li>
        ))}
      </ol>
    </div>
  );
}

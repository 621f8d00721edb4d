import type { OpeningCard } from "../../audit/opening.ts";
import type { ReportData } from "../../report/data.ts";
import type { Cell, CellEffect } from "../../results/matrix-schema.ts";
import { CutFrame, cutOf } from "../parts/frame.tsx";
import { NumberedInterval } from "../parts/interval.tsx";
import { decimal, plural, range } from "../parts/numbers.ts";
import { CellLink } from "./cell-link.tsx";
import { picturesOf, typicalOf } from "./cell-pictures.ts";
import { type CellEdit, editsOf } from "./edits.ts";
import { figureOf } from "./figures.ts";
import { useRun } from "./use-run.ts";

interface Props {
  /** Whether cards lead to what they are about. */
  readonly linked: boolean;
}

/** The classifiers that a report opens with: each with a picture before and after, and how sure that is. */
export function OpeningCards({ linked }: Props) {
  const { report, table } = useRun();
  const { cards } = report.opening;
  const shown = cards.flatMap((card) => {
    const cell = table.cell(table.rowOf(card.base), table.columnOf(card.downstream));
    return cell === undefined ? [] : [{ card, cell }];
  });
  if (shown.length === 0) return null;
  return (
    <ol className="cards">
      {shown.map(({ card, cell }) => (
        <Card key={card.base} {...{ linked, card, cell }} />
      ))}
    </ol>
  );
}

interface Beside {
  /** A classifier that is clear of the feature. */
  readonly clean: string | null;
}

interface CardProps extends Props {
  readonly card: OpeningCard;
  readonly cell: Cell;
}

function Card({ linked, card, cell }: CardProps) {
  const { base, clean } = card;
  return (
    <li className="card">
      <h2>{linked ? <CellLink to={{ base }}>{base}</CellLink> : base}</h2>
      {cell.effect === null ? (
        <LoweredPictures {...{ clean, cell }} />
      ) : (
        <EditedPictures {...{ clean, cell }} effect={cell.effect} />
      )}
      <CardFigure cell={cell} />
      {linked && (
        <p className="card-links">
          <CellLink to={card}>See the pictures</CellLink>
        </p>
      )}
    </li>
  );
}

/** The effect, else the relative change, how sure it is, and on how many pictures it was seen. */
function CardFigure({ cell }: Pick<CardProps, "cell">) {
  const { minEffect, confidence } = useRun().report.matrix;
  const { effect } = cell;
  const { value, ci, count } = effect ?? figureOf(cell, "decisive");
  const sure = `${Number((confidence * 100).toFixed(2))} % interval ${range(ci) ?? "unknown"}`;
  return (
    <div className="card-figure">
      <strong>{decimal(value)}</strong>
      {value !== null && (
        <NumberedInterval {...{ value, ci, minEffect }} what={effect === null ? "relative change" : "effect"} />
      )}
      <small>
        {effect === null
          ? `relative change, ${sure}; ${plural(count, "picture")}`
          : `effect of ${effect.feature}, ${sure}; ${effect.answered.count} of ${effect.moved} pictures answered`}
      </small>
    </div>
  );
}

/** The picture whose feature went or came, and what it did to the classifier and to a clean one. */
function EditedPictures({ cell, effect, clean }: Pick<CardProps, "cell"> & Beside & { readonly effect: CellEffect }) {
  const { report, table } = useRun();
  const edit = editsOf(report, cell).find(({ typical }) => typical);
  const cleanCell = clean === null ? undefined : table.cell(table.rowOf(clean), table.columnOf(cell.downstream));
  const { feature } = effect;
  const taken = edit?.side !== "add";
  const rows = [
    { name: cell.base, effect },
    ...(cleanCell?.effect == null ? [] : [{ name: cleanCell.base, effect: cleanCell.effect }]),
  ].map((row) => ({ ...row, picture: saidOf(report, edit, row.name) }));
  return (
    <>
      {edit === undefined ? (
        <p className="note">This file has no picture of it.</p>
      ) : (
        <div className="card-pictures">
          <figure>
            <CutFrame cut={edit.before} label={`${edit.name} ${taken ? "with" : "without"} ${feature}`} />
            <figcaption>{taken ? `with ${feature}` : `without ${feature}`}</figcaption>
          </figure>
          <figure>
            <CutFrame cut={edit.after} label={`${edit.name} ${taken ? "without" : "with"} ${feature}`} />
            <figcaption>{taken ? "taken out" : "put in"}</figcaption>
          </figure>
        </div>
      )}
      <table className="card-said">
        <caption className="hidden">Predictions before and after</caption>
        <thead>
          <tr>
            <td />
            {edit !== undefined && <th scope="col">this picture</th>}
            <th scope="col">on average</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, effect: own, picture }, at) => (
            <tr key={name} data-clean={at > 0 ? "" : undefined}>
              <th scope="row" title={name}>
                {name}
                {at > 0 && <small> (clear)</small>}
              </th>
              {edit !== undefined && (
                <td>{picture === undefined ? "not asked" : way(picture.before, picture.after)}</td>
              )}
              <td>{meanWay(own, taken)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function way(before: number | null | undefined, after: number | null | undefined): string {
  return `${decimal(before)} → ${decimal(after)}`;
}

function meanWay({ removed, added }: CellEffect, taken: boolean): string {
  const side = taken ? removed : added;
  return way(side?.before, side?.after);
}

/** What a classifier says of an edited picture; undefined where it was not asked. */
function saidOf(
  { interventions, images }: ReportData,
  edit: CellEdit | undefined,
  name: string,
): { readonly before: number; readonly after: number } | undefined {
  if (edit === undefined) return undefined;
  const at = interventions.classifiers.indexOf(name);
  const feature = interventions.features.find(({ source }) => source === edit.before.source);
  const own = feature?.edits.find(({ image, side }) => images[image] === edit.name && side === edit.side);
  const [before, after] = [own?.before[at], own?.after[at]];
  return before == null || after == null ? undefined : { before, after };
}

/** A counterfactual of the classifier, and of a clean one on the same image, of a run that edited no features. */
function LoweredPictures({ cell, clean }: Pick<CardProps, "cell"> & Beside) {
  const { report, table } = useRun();
  const cleanCell = clean === null ? undefined : table.cell(table.rowOf(clean), table.columnOf(cell.downstream));
  const others = cleanCell === undefined ? [] : picturesOf(report, cleanCell);
  const own = picturesOf(report, cell);
  const shared = own.filter(({ name }) => others.some((other) => other.name === name));
  const best = typicalOf(shared.length > 0 ? shared : own, cell);
  if (best === undefined) return <p className="note">This file has no picture of it.</p>;
  const { picture, name } = best;
  const other = others.find((each) => each.name === name)?.picture;
  const last = picture.shares.length;
  const said = [
    ...[cell.base, cell.downstream].map((each) => ({ name: each, along: picture.predictions[each], beside: false })),
    ...(other === undefined ? [] : [{ name: other.base, along: other.predictions[other.base], beside: true }]),
  ];
  return (
    <>
      <div className="card-pictures" data-three={other && ""}>
        <figure>
          <CutFrame cut={cutOf(picture, 1)} label={`Reconstruction of ${name}`} />
          <figcaption>before</figcaption>
        </figure>
        <figure>
          <CutFrame cut={cutOf(picture, last)} label={`Its counterfactual for ${cell.base}`} />
          <figcaption>lowered</figcaption>
        </figure>
        {other && (
          <figure>
            <CutFrame cut={cutOf(other, other.shares.length)} label={`Its counterfactual for ${other.base}`} />
            <figcaption>a clear one, lowered</figcaption>
          </figure>
        )}
      </div>
      <table className="card-said">
        <caption className="hidden">Predictions before and after</caption>
        <tbody>
          {said.map(({ name, along, beside }) => (
            <tr key={name} data-clean={beside ? "" : undefined}>
              <th scope="row" title={name}>
                {name}
                {beside && <small> (clear)</small>}
              </th>
              <td>{way(along?.[0], along?.at(-1))}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {cleanCell !== undefined && other === undefined && (
        <p className="note">{cleanCell.base} is clear of it; this file has no counterfactual of it on this image.</p>
      )}
    </>
  );
}

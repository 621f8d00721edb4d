import type { Rectification } from "../../rectify/schema.ts";
import { type Cut, CutFrame, DifferenceOfCuts } from "../parts/frame.tsx";
import { decimal } from "../parts/numbers.ts";

type Repair = Rectification["repairs"][number];
type Shown = Repair["shown"][number];

interface Props {
  readonly repair: Repair;
  /** Data URIs by file. */
  readonly pictures: Readonly<Record<string, string>>;
}

/** The same judged pictures with a feature taken out or put in, and what the target and every repair of it say of both. */
export function RepairPictures({ repair, pictures }: Props) {
  const shown = repair.shown.filter(({ file }) => pictures[file] !== undefined);
  if (shown.length === 0) return null;
  return (
    <details open>
      <summary>The same pictures before and after, by method</summary>
      <p className="lead">
        The first judged pictures, whose order is random. A repaired classifier says nearly the same of both sides.
      </p>
      <ul className="repaired-edits">
        {shown.map((edit) => (
          <li key={edit.file}>
            <Edit edit={edit} source={pictures[edit.file] ?? ""} repair={repair} />
          </li>
        ))}
      </ul>
    </details>
  );
}

function Edit({ edit, source, repair }: { readonly edit: Shown; readonly source: string; readonly repair: Repair }) {
  const { image, feature, side, width, height, witness, predictions } = edit;
  const cut = (place: number): Cut => ({ source, left: place * width, top: 0, width, height });
  const went = side === "remove" ? `without ${feature}` : `with ${feature}`;
  return (
    <figure>
      <div className="beside-frames">
        <CutFrame cut={cut(0)} label={`Picture ${image}`} size={192} />
        <CutFrame cut={cut(1)} label={`${image} ${went}`} size={192} />
        <DifferenceOfCuts before={cut(0)} after={cut(1)} label="What the edit changed" />
      </div>
      <figcaption>
        <b>{image}</b>, then {went}: {witness.name} says {decimal(witness.before)} → {decimal(witness.after)}
        <table className="plain">
          <tbody>
            {predictions.map(({ method, before, after }) => (
              <tr key={method ?? ""}>
                <th scope="row">{method ?? repair.target}</th>
                <td className="right">
                  {decimal(before)} → {decimal(after)}
                </td>
                <td className="right">{signed(after - before)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </figcaption>
    </figure>
  );
}

function signed(value: number): string {
  const text = decimal(value);
  return Number(text) > 0 ? `+${text}` : text;
}

import { CutFrame, DifferenceOfCuts } from "../parts/frame.tsx";
import { decimal } from "../parts/numbers.ts";
import type { CellEdit } from "./edits.ts";

/** A picture before and after its edit, their difference, what is said of both, and whether it is typical. */
export function EditPictures({ edit }: { readonly edit: CellEdit }) {
  const { name, before, after, said, typical } = edit;
  return (
    <>
      <figure>
        <CutFrame cut={before} label={`${name} before`} size={192} />
        <figcaption>before</figcaption>
      </figure>
      <figure>
        <CutFrame cut={after} label={`${name} after`} size={192} />
        <figcaption>after</figcaption>
      </figure>
      <figure>
        <DifferenceOfCuts before={before} after={after} label={`${name}: difference`} />
        <figcaption>difference</figcaption>
      </figure>
      <table className="said">
        <caption className="hidden">Predictions of {name}</caption>
        <thead className="hidden">
          <tr>
            <th scope="col">classifier</th>
            <th scope="col">before</th>
            <th scope="col">after</th>
          </tr>
        </thead>
        <tbody>
          {said.map((each) => (
            <tr key={each.name}>
              <th scope="row" title={each.name}>
                {each.name}
              </th>
              <td>{decimal(each.before)}</td>
              <td>
                <span aria-hidden="true">→ </span>
                {decimal(each.after)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="edit-name">
        {name}
        {typical ? ", typical: near the mean, and seen best" : ""}
      </p>
    </>
  );
}

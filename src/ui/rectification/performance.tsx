import type { RectifiedTarget } from "../../rectify/schema.ts";
import { decimal } from "../parts/numbers.ts";

type Figures = RectifiedTarget["performance"][number]["before"];

/** What the repair cost where labels exist: accuracy, AUROC and the worst group, before and after. */
export function Performance({ target }: { readonly target: RectifiedTarget }) {
  const { performance } = target;
  if (performance.length === 0) return null;
  return (
    <>
      <h3>Against labels</h3>
      {performance.map(({ label, feature, original, before, after }) => (
        <div key={`${label} ${feature}`} className="scroll">
          <table className="plain">
            <caption className="note">
              Test images, label {label}
              {feature === null ? "" : `; groups by ${label} and ${feature}`}
            </caption>
            <thead>
              <tr>
                <th scope="col">Classifier</th>
                {["threshold", "accuracy", "AUROC", "worst group", "images"].map((name) => (
                  <th key={name} scope="col" className="right">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              <Row name="original at 0.5" figures={original} />
              <Row name="original, threshold chosen on validation" figures={before} />
              <Row name="rectified, threshold chosen on validation" figures={after} />
            </tbody>
          </table>
        </div>
      ))}
    </>
  );
}

function Row({ name, figures }: { readonly name: string; readonly figures: Figures }) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td className="right">{decimal(figures.threshold)}</td>
      <td className="right">{decimal(figures.accuracy, 3)}</td>
      <td className="right">{decimal(figures.auroc, 3)}</td>
      <td className="right">{decimal(figures.worstGroup, 3)}</td>
      <td className="right">{figures.count}</td>
    </tr>
  );
}

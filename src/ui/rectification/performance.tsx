import type { RectifiedTarget } from "../../rectify/schema.ts";
import { decimal } from "../parts/numbers.ts";
import { PlainTable, right } from "../parts/plain-table.tsx";

type Figures = RectifiedTarget["performance"][number]["before"];

/** What the repair cost where labels exist: accuracy, AUROC and the worst group, before and after. */
export function Performance({ target }: { readonly target: RectifiedTarget }) {
  const { performance } = target;
  if (performance.length === 0) return null;
  return (
    <>
      <h3>Against labels</h3>
      {performance.map(({ label, feature, original, before, after }) => (
        <PlainTable
          key={`${label} ${feature}`}
          caption={
            <caption className="note">
              Test images, label {label}
              {feature === null ? "" : `; groups by ${label} and ${feature}`}
            </caption>
          }
          columns={["Classifier", ...right(["threshold", "accuracy", "AUROC", "worst group", "images"])]}
        >
          <Row name="original at 0.5" figures={original} />
          <Row name="original, threshold chosen on validation" figures={before} />
          <Row name="rectified, threshold chosen on validation" figures={after} />
        </PlainTable>
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

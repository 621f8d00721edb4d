import type { RectifiedTarget } from "../../rectify/schema.ts";
import { decimal, plural, range } from "../parts/numbers.ts";
import { PlainTable, right } from "../parts/plain-table.tsx";

const roles = { against: "to be repaired", own: "own concept", other: "" };
const order = { against: 0, own: 1, other: 2 };

/** The collateral ledger: every column of the target's row on test, before and after; what moved stands first. */
export function Ledger({ target }: { readonly target: RectifiedTarget }) {
  const { cells } = target;
  if (cells.length === 0) return <p className="lead">Nothing was fitted, so nothing else moved.</p>;
  const sorted = cells.toSorted(
    (a, b) =>
      order[a.role] - order[b.role] ||
      Number(b.moved) - Number(a.moved) ||
      Math.abs(b.change?.value ?? 0) - Math.abs(a.change?.value ?? 0),
  );
  const collateral = cells.filter(({ role, moved }) => role === "other" && moved).length;
  const others = cells.filter(({ role }) => role === "other").length;
  return (
    <>
      <p className="lead">
        Relative change of every classifier on test images, under {target.target} and under its rectified form.{" "}
        {collateral === 0
          ? `None of the ${plural(others, "other column")} is known to have moved.`
          : `${collateral} of the ${plural(others, "other column")} moved along.`}
      </p>
      <PlainTable
        className="ledger"
        columns={[
          "Classifier",
          "role",
          ...right(["before", "after", "change"]),
          "interval",
          ...right(["q", "images"]),
          "moved",
        ]}
      >
        {sorted.map(({ downstream, role, before, after, change, moved }) => (
          <tr key={downstream}>
            <th scope="row">{downstream}</th>
            <td>{roles[role]}</td>
            <td className="right">{decimal(before.all.mean)}</td>
            <td className="right">{decimal(after.all.mean)}</td>
            <td className={`right ${moved ? "strong" : ""}`}>{decimal(change?.value)}</td>
            <td>{range(change?.ci) ?? "–"}</td>
            <td className="right">{small(change?.qValue)}</td>
            <td className="right">{change?.count ?? "–"}</td>
            <td>{moved ? "yes" : "–"}</td>
          </tr>
        ))}
      </PlainTable>
    </>
  );
}

function small(value: number | undefined): string {
  return value !== undefined && value < 0.001 ? "< 0.001" : decimal(value, 3);
}

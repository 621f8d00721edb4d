import type { Finding } from "../../results/matrix-schema.ts";
import { viewFigures } from "../../words/finding.ts";
import { decimal } from "../parts/numbers.ts";

/** Which views of the pair confirm a finding, which contradict it, and which do not decide. */
export function FindingViews({ views }: Pick<Finding, "views">) {
  if (views.length === 0) return null;
  const says = (confirms: boolean | null) => views.filter((each) => each.confirms === confirms);
  return (
    <p className="finding-views">
      <Group name="Confirmed by" views={says(true)} mark="yes" />
      <Group name="Not confirmed by" views={says(false)} mark="no" />
      <Group name="Undecided by" views={says(null)} mark="open" />
    </p>
  );
}

function Group({ name, views, mark }: Pick<Finding, "views"> & { readonly name: string; readonly mark: string }) {
  if (views.length === 0) return null;
  return (
    <span data-mark={mark}>
      {name}{" "}
      {views.map(({ view, value }, index) => (
        <span key={view}>
          {index > 0 && ", "}
          {viewFigures[view]} <b>{decimal(value)}</b>
        </span>
      ))}
    </span>
  );
}

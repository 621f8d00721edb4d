import { decimal } from "../parts/numbers.ts";
import { CellLink } from "./cell-link.tsx";
import { useRun } from "./use-run.ts";

/** How much of the reconstructions the decoder's clamp cut off. */
function clamped(share: number | null): string {
  if (share === null) return "";
  const percent = 100 * share;
  const size = percent === 0 ? "None" : percent < 0.01 ? "Less than 0.01 %" : `${decimal(percent)} %`;
  return `${size} of the reconstructions’ values were clamped at the ends of their range, where nothing can move them further.`;
}

/** Reconstruction audit: what each classifier says of the image and of what the autoencoder makes of it. */
export function Audit() {
  const { report, table } = useRun();
  const rows = [...report.matrix.audit].sort((a, b) => (a.agreement ?? -1) - (b.agreement ?? -1));
  const blind = rows.filter((row) => row.blind);
  return (
    <section id="audit" aria-labelledby="audit-title">
      <h2 id="audit-title" tabIndex={-1}>
        Can the autoencoder show it?
      </h2>
      <p className="lead">
        A counterfactual can only change what the autoencoder draws. Share of images on which a classifier decides the
        same on the image and on its reconstruction, lowest first.{" "}
        {blind.length === 0
          ? "No column is blind."
          : `Blind, so nothing is said about them: ${blind.map((row) => row.classifier).join(", ")}.`}{" "}
        {clamped(report.matrix.clampedShare)}
      </p>
      <ul className="bars">
        {rows.map(({ classifier, agreement, meanChange, count, blind: lost }) => (
          <li key={classifier} className={lost ? "lost" : ""}>
            <span className="name" title={classifier}>
              {table.rowOf(classifier) < 0 ? classifier : <CellLink to={{ base: classifier }}>{classifier}</CellLink>}
            </span>
            <span className="track" aria-hidden="true">
              <i style={{ width: `${Math.max(0, ((agreement ?? 0.5) - 0.5) * 200)}%` }} />
            </span>
            <span className="value">
              {agreement === null ? "–" : `${decimal(agreement * 100, 1)} %`}
              {lost ? " blind" : ""}
            </span>
            <small>
              mean change {decimal(meanChange, 3)}, n = {count}
            </small>
          </li>
        ))}
      </ul>
      <p className="note">Bars start at 50 %.</p>
    </section>
  );
}

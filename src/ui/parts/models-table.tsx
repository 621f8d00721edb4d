import type { ReportModel } from "../../report/data.ts";

/** Models with what they were, and the hash that identifies them. */
export function ModelsTable({ models }: { readonly models: readonly ReportModel[] }) {
  return (
    <div className="scroll">
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">Model</th>
            <th scope="col">role</th>
            <th scope="col">SHA-256</th>
          </tr>
        </thead>
        <tbody>
          {models.map(({ kind, name, hash }) => (
            <tr key={`${kind}/${name}`}>
              <th scope="row">{name}</th>
              <td>{kind}</td>
              <td>
                <code title={hash}>{hash.slice(0, 16)}…</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

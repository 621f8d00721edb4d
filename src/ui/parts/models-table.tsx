import type { ReportModel } from "../../report/data.ts";
import { PlainTable } from "./plain-table.tsx";

/** Models with what they were, and the hash that identifies them. */
export function ModelsTable({ models }: { readonly models: readonly ReportModel[] }) {
  return (
    <PlainTable columns={["Model", "role", "SHA-256"]}>
      {models.map(({ kind, name, hash }) => (
        <tr key={`${kind}/${name}`}>
          <th scope="row">{name}</th>
          <td>{kind}</td>
          <td>
            <code title={hash}>{hash.slice(0, 16)}…</code>
          </td>
        </tr>
      ))}
    </PlainTable>
  );
}

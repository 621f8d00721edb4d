import type { ComparedSide, DiffData } from "../../report/data.ts";
import { count } from "../parts/numbers.ts";
import { OptionsList } from "../parts/options-list.tsx";
import { PlainTable, right } from "../parts/plain-table.tsx";
import { nameOf, sideNames } from "./diff-figures.ts";

/** What the comparison rests on: images used under both, names without a partner, and the models of the two runs. */
export function ComparedSides({ data }: { readonly data: DiffData }) {
  const { diff, before, after, generator } = data;
  const names = sideNames(data);
  const unpaired = (["bases", "downstream"] as const).flatMap((kind) =>
    (["before", "after"] as const).flatMap((side) => {
      const own = diff.unpaired[kind][side];
      return own.length === 0
        ? []
        : [
            `${kind === "bases" ? "Bases" : "Downstream"} in ${names[side === "before" ? 0 : 1]} only: ${own.join(", ")}.`,
          ];
    }),
  );
  return (
    <section id="provenance" aria-labelledby="provenance-title">
      <h2 id="provenance-title" tabIndex={-1}>
        Images and models
      </h2>
      <PlainTable
        caption={<caption className="hidden">Images used under both runs and under one only</caption>}
        columns={["Base", ...right(["used under both", ...names.map((name) => `${name} only`)])]}
      >
        {diff.rows.map(({ base, both, beforeOnly, afterOnly }) => (
          <tr key={nameOf(base)}>
            <th scope="row">{nameOf(base)}</th>
            <td className="right strong">{count(both)}</td>
            <td className="right">{count(beforeOnly)}</td>
            <td className="right">{count(afterOnly)}</td>
          </tr>
        ))}
      </PlainTable>
      {unpaired.map((words) => (
        <p key={words} className="note">
          {words}
        </p>
      ))}
      <ComparedModels {...{ before, after, names }} />
      <h3>Options</h3>
      <OptionsList
        options={{
          "min base change": diff.minBaseChange,
          "min effect": diff.minEffect,
          confidence: diff.confidence,
          resamples: diff.resamples,
          "seed of the intervals": diff.seed,
        }}
      />
      <p className="note">{generator}.</p>
    </section>
  );
}

/** The models of both sides, by what identifies them. */
function ComparedModels(props: Pick<DiffData, "before" | "after"> & { readonly names: readonly [string, string] }) {
  const { before, after, names } = props;
  const models = [...new Set([...before.models, ...after.models].map(({ kind, name }) => `${kind} ${name}`))];
  return (
    <>
      <h3>Models</h3>
      <PlainTable columns={["Model", ...names, "the same"]}>
        {models.map((model) => {
          const [was, is] = [hashIn(before, model), hashIn(after, model)];
          return (
            <tr key={model}>
              <th scope="row">{model}</th>
              <td>
                <code title={was}>{was === undefined ? "–" : `${was.slice(0, 12)}…`}</code>
              </td>
              <td>
                <code title={is}>{is === undefined ? "–" : `${is.slice(0, 12)}…`}</code>
              </td>
              <td>{was === is ? "yes" : "no"}</td>
            </tr>
          );
        })}
      </PlainTable>
    </>
  );
}

function hashIn({ models }: ComparedSide, model: string): string | undefined {
  return models.find(({ kind, name }) => `${kind} ${name}` === model)?.hash;
}

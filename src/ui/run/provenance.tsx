import { ModelsTable } from "../parts/models-table.tsx";
import { plural } from "../parts/numbers.ts";
import { OptionsList } from "../parts/options-list.tsx";
import { useRun } from "./use-run.ts";

/** Models, hashes and options: what it takes to make this report again. */
export function Provenance() {
  const { models, options, omitted, matrix, generator, provenance } = useRun().report;
  const { folder, files, listHash, startedAt, finishedAt, versions, device } = provenance;
  const audit = {
    "min base change": matrix.minBaseChange,
    "min effect": matrix.minEffect,
    "max rare use": matrix.maxRareUse,
    confidence: matrix.confidence,
    resamples: matrix.resamples,
    "seed of the intervals": matrix.seed,
  };
  return (
    <section id="provenance" aria-labelledby="provenance-title">
      <h2 id="provenance-title" tabIndex={-1}>
        What was audited
      </h2>
      <ModelsTable models={models} />
      <h3>Where it comes from</h3>
      <OptionsList
        options={{
          images: `${plural(files, "file")} in ${folder}`,
          started: startedAt,
          finished: finishedAt ?? "not yet",
          ...versions,
          device,
        }}
      />
      <p className="note">
        SHA-256 of the list of images: <code className="long-hash">{listHash}</code>
      </p>
      <h3>Options</h3>
      <OptionsList options={{ ...options, ...audit }} />
      <h3>How to read it</h3>
      <p className="method">
        With an autoencoder D(E(x)) and a base classifier f, a counterfactual is x<sub>λ</sub> = D(z + λ·∂f/∂z) at z =
        E(x), λ ≤ 0. The relative change of a downstream classifier d is (f<sub>d</sub>(x<sub>λ</sub>) − f<sub>d</sub>(x
        <sub>0</sub>)) / (f<sub>b</sub>(x<sub>λ</sub>) − f<sub>b</sub>(x<sub>0</sub>)), always against the
        reconstruction x<sub>0</sub>. A cell that should be 0 and is not may show a spurious correlation. An image that
        lacks a feature cannot lose it, so images with and without it are reported apart. Method:{" "}
        <i>Identifying Spurious Correlations using Counterfactual Alignment</i> (TMLR 2025, arXiv 2312.02186).
      </p>
      <p className="note">
        {generator}
        {omitted.pictures > 0
          ? `. To keep this file small, ${plural(omitted.pictures, "kept counterfactual")} of the run ${omitted.pictures === 1 ? "is" : "are"} not in it`
          : ""}
        {omitted.points > 0
          ? `; the figures of ${plural(omitted.points, "counterfactual")} are in the means but not drawn one by one`
          : ""}
        .
      </p>
    </section>
  );
}

import { useRef, useState } from "react";
import type { Answers } from "../../label/questions.ts";
import { plural } from "../parts/numbers.ts";
import { useAddress } from "../shell/use-address.ts";
import { labelAddress } from "./address.ts";
import type { Ask } from "./ask.ts";
import { FeatureBar } from "./feature-bar.tsx";
import { FeatureLabels } from "./feature-labels.ts";
import { FeaturePanel } from "./feature-panel.tsx";
import { useStateOfFolder } from "./use-state-of-folder.ts";

interface Props {
  readonly opened: Answers["state"];
  readonly ask: Ask;
}

/** The Label page: which pictures of a folder have a feature. */
export function LabelPage({ opened, ask }: Props) {
  const folder = useStateOfFolder(opened, ask);
  const [address, go] = useAddress(labelAddress);
  const { feature } = address;
  /** Counts of this visit, by feature: newer than what the folder said. */
  const [counts, setCounts] = useState<ReadonlyMap<string, { readonly has: number; readonly hasNot: number }>>(
    new Map(),
  );
  /** Of every feature of this visit, so that none is lost that could not be saved. */
  const visited = useRef(new Map<string, FeatureLabels>());
  const labelsOf = (name: string): FeatureLabels => {
    const own = visited.current.get(name) ?? new FeatureLabels(ask, name);
    visited.current.set(name, own);
    return own;
  };
  const known = new Map(folder.features.map(({ name, has, hasNot }) => [name, { has, hasNot }]));
  for (const [name, own] of counts) known.set(name, own);
  if (feature !== undefined && !known.has(feature)) known.set(feature, { has: 0, hasNot: 0 });
  return (
    <main className="label">
      <header>
        <p className="kicker">
          Label <span>{`${plural(folder.pictures.length, "picture")} of ${folder.folder}`}</span>
        </p>
        <h1>{feature === undefined ? "Which pictures have it?" : `Which pictures have ${feature}?`}</h1>
        <p className="deck">
          Click those that have it, then say that the others have not. After twenty, a probe asks about those that it is
          least sure of. Labels are kept in <code>{folder.table}</code>.
        </p>
      </header>
      <FeatureBar
        features={[...known].map(([name, own]) => ({ name, ...own }))}
        chosen={feature}
        choose={(name) => go({ ...address, feature: name, view: "judge" })}
      />
      {folder.notes.map((note) => (
        <p key={note} className="note">
          {note}
        </p>
      ))}
      {feature !== undefined && (
        <FeaturePanel
          key={feature}
          {...{ folder, address, go }}
          labels={labelsOf(feature)}
          counted={(seen) => setCounts((before) => new Map(before).set(feature, seen))}
        />
      )}
    </main>
  );
}

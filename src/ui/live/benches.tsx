import { useState } from "react";
import type { Look, Offers } from "../../live/questions.ts";
import { Choice } from "../parts/choice.tsx";
import type { Go } from "../shell/use-address.ts";
import { type Address, addressOf, directionOf } from "./address.ts";
import { FeatureBench } from "./feature-bench.tsx";
import { likeliestFeature } from "./likeliest-feature.ts";
import type { Link } from "./link.ts";
import { rowsOf } from "./prediction-rows.ts";
import type { Bench } from "./use-bench.ts";
import { Workbench } from "./workbench.tsx";

interface Props {
  readonly link: Link;
  readonly address: Address;
  readonly go: Go<Address>;
  readonly offers: Offers;
  readonly look: Look;
  readonly bench: Bench;
}

/** What can be done to the picture, and what is done. */
export function Benches(props: Props) {
  const { address, go, offers, bench } = props;
  const { feature } = bench;
  const change = (words: { readonly [word in keyof Address]: string | undefined }): void =>
    go(addressOf({ ...address, ...words, at: undefined }));
  const [first] = offers.features;
  return (
    <>
      <fieldset className="tasks">
        <legend className="hidden">What is done to the picture</legend>
        <button type="button" aria-pressed={feature === undefined} onClick={() => change({ feature: undefined })}>
          Lower a classifier
        </button>
        <button
          type="button"
          aria-pressed={feature !== undefined}
          disabled={first === undefined}
          onClick={() =>
            change({ feature: feature ?? likeliestFeature(offers, bench.first.lowered), against: undefined })
          }
        >
          Take out a feature
        </button>
        {feature === undefined && (
          <Choice
            label="along"
            value={directionOf(address)}
            names={{ gradient: "one gradient", path: "a path, which turns" }}
            choose={(direction) => change({ direction: direction === "gradient" ? undefined : direction })}
          />
        )}
      </fieldset>
      {feature === undefined ? (
        <Workbenches {...props} {...{ change }} />
      ) : (
        <Feature {...props} {...{ change, feature }} />
      )}
    </>
  );
}

interface Changing extends Props {
  readonly change: (words: { readonly [word in keyof Address]: string | undefined }) => void;
}

const slider =
  ({ address, go, bench }: Props) =>
  (at: number): void =>
    go(addressOf({ ...address, base: bench.base, at: at === 1 ? undefined : String(at) }), true);

function Feature({ feature, change, ...props }: Changing & { readonly feature: string }) {
  const { link, offers, look, bench } = props;
  return (
    <FeatureBench
      {...{ link, offers, look, feature }}
      edit={bench.edit}
      share={bench.share}
      slide={slider(props)}
      choose={(name) => change({ feature: name })}
      lower={(base) => change({ base, feature: undefined })}
    />
  );
}

/** One base, or two that are compared: their predictions stand in one order then. */
function Workbenches({ change, ...props }: Changing) {
  const { link, offers, look, address, bench } = props;
  const { base, share, first, second } = bench;
  const { against } = address;
  const [open, setOpen] = useState(false);
  const order = rowsOf(offers, { look, lowered: first.lowered }).map(({ name }) => name);
  const shared = { link, offers, look, share, slide: slider(props), open, setOpen };
  return (
    <div className="workbenches" data-count={against === undefined ? 1 : 2}>
      <Workbench
        {...{ ...shared, base }}
        counterfactual={first}
        beside={second.lowered}
        lower={(name) => change({ base: name })}
      >
        {against === undefined && (
          <button type="button" onClick={() => change({ base, against: otherThan(base, look, offers) })}>
            Compare with…
          </button>
        )}
      </Workbench>
      {against !== undefined && (
        <Workbench
          {...{ ...shared, order }}
          base={against}
          counterfactual={second}
          beside={first.lowered}
          lower={(name) => change({ against: name })}
        >
          <button type="button" onClick={() => change({ against: undefined })}>
            Close
          </button>
        </Workbench>
      )}
    </div>
  );
}

/** Another classifier to begin a comparison with: one that calls the picture positive, where there is one. */
function otherThan(base: string, { positive }: Look, offers: Offers): string | undefined {
  return [...positive, ...offers.classifiers.map(({ name }) => name)].find((name) => name !== base);
}

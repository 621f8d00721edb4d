import { useState } from "react";
import { auditSize, type Offers } from "../../live/questions.ts";
import { leastPictures } from "../../live/suspicions.ts";
import type { SiteFacts } from "../../serve/site.ts";
import { plural } from "../parts/numbers.ts";
import { AuditMatrix } from "./audit-matrix.tsx";
import { BasesField } from "./bases-field.tsx";
import { Failure } from "./failure.tsx";
import type { Link } from "./link.ts";
import type { Choosable } from "./pictures.ts";
import { Suspicions } from "./suspicions.tsx";
import { type Audit, useAudit } from "./use-audit.ts";

interface Props {
  readonly link: Link;
  readonly site: SiteFacts;
  readonly offers: Offers;
  /** The workspace's pictures, and the reader's own. */
  readonly known: readonly Choosable[];
  readonly own: readonly Choosable[];
  /** The base that is looked at. */
  readonly base: string;
}

/** Many pictures at once: a small matrix whose intervals narrow while one watches, until one has seen enough. */
export function AuditPanel({ link, site, offers, known, own, base }: Props) {
  const audit = useAudit(link, site.version);
  const [chosen, setChosen] = useState<readonly string[]>();
  const bases = chosen ?? [base];
  const { least, most } = auditSize;
  const [wanted, setWanted] = useState<"own" | "known">();
  const source = wanted ?? (own.length >= least ? "own" : "known");
  const pictures = (source === "own" ? own : known).slice(0, most);
  const title = source === "own" ? "my pictures" : `${site.title} pictures`;
  const busy = audit.phase === "beginning" || audit.phase === "looking";
  const enough = pictures.length >= least;
  return (
    <details className="folded audit">
      <summary>Audit many pictures</summary>
      <p className="note">
        Every picture that a base calls positive is lowered for it, and all classifiers look on: one counterfactual is
        an example, many are a measurement. The intervals narrow as pictures come in; stop when you have seen enough.
      </p>
      <BasesField bases={bases} classifiers={offers.classifiers} choose={setChosen} disabled={busy} />
      <div className="audit-bar">
        <label className="choice">
          Pictures{" "}
          <select value={source} disabled={busy} onChange={({ target }) => setWanted(target.value as "own" | "known")}>
            <option value="known">the workspace’s ({known.length})</option>
            <option value="own">my own ({own.length})</option>
          </select>
        </label>
        {busy ? (
          <button type="button" onClick={audit.stop}>
            Stop
          </button>
        ) : (
          <button
            type="button"
            className="go"
            disabled={!enough || bases.length === 0}
            onClick={() => audit.start({ pictures, bases, title })}
          >
            Audit these
          </button>
        )}
        {audit.phase === "stopped" && audit.look !== undefined && audit.look.looked < audit.look.all && (
          <button type="button" onClick={audit.goOn}>
            Go on
          </button>
        )}
        {audit.look !== undefined && (
          <button type="button" disabled={busy} title="one file that cfalign report opens" onClick={audit.save}>
            Save as a run
          </button>
        )}
      </div>
      <p className="note needed">
        {enough
          ? neededWords(pictures.length)
          : `${least} to ${most} pictures are needed: drop them, or a folder of them, on the page.`}
      </p>
      <Progress audit={audit} />
      <Failure words={audit.failure} />
      {audit.look !== undefined && !busy && <Suspicions matrix={audit.look.matrix} />}
      {audit.look !== undefined && <AuditMatrix look={audit.look} models={audit.models} />}
    </details>
  );
}

/** What so many pictures can tell at most. */
function neededWords(pictures: number): string {
  const { found, clear } = leastPictures();
  const rest = `clear takes ${clear} with the feature and ${clear} without it`;
  const can = pictures < 2 * clear ? `These ${pictures} can find, and clear nothing: ${rest}.` : `To be ${rest}.`;
  return `Only pictures that a base calls positive count. To find that it uses a feature takes ${found} of them with the feature, or without. ${can}`;
}

/** How far it is, in words and as a bar. */
function Progress({ audit: { phase, look, share, secondsLeft } }: { readonly audit: Audit }) {
  if (phase === "none") return null;
  const seen =
    look === undefined
      ? ""
      : `${look.looked} of ${plural(look.all, "picture")}, ${plural(look.counterfactuals, "counterfactual")}`;
  const words = {
    beginning: "Encoding the pictures…",
    looking: look === undefined ? "Looking at the first pictures…" : `${seen}; ${timeWords(secondsLeft)}`,
    stopped: look === undefined ? "Stopped before the first look." : `Stopped: ${seen}.`,
    finished: `Done: ${seen}.`,
  }[phase];
  return (
    <>
      <progress
        className="audit-progress"
        value={phase === "finished" ? 1 : share}
        aria-label="Share of the pictures"
      />
      <p className="note" role="status" data-audit={phase}>
        {words}
      </p>
    </>
  );
}

function timeWords(seconds: number | undefined): string {
  if (seconds === undefined) return "going on…";
  if (seconds < 90) return `about ${Math.max(1, Math.round(seconds))} s to go`;
  return `about ${Math.round(seconds / 60)} min to go`;
}

import { useRef, useState } from "react";
import type { AuditLook } from "../../live/questions.ts";
import type { ReportModel } from "../../report/data.ts";
import { download } from "../parts/download.ts";
import type { Link } from "./link.ts";
import { bytesOf, type Choosable, distinctNames } from "./pictures.ts";

/** How far an audit is, and what it knows. */
export interface AuditState {
  readonly phase: "none" | "beginning" | "looking" | "stopped" | "finished";
  /** The last look; undefined before the first. */
  readonly look: AuditLook | undefined;
  readonly models: readonly ReportModel[];
  /** Share of the pictures that are done with, those of a look that is going on included. */
  readonly share: number;
  /** Until all pictures are looked at; undefined before the first look. */
  readonly secondsLeft: number | undefined;
  readonly failure: string | undefined;
}

/** What an audit is of. */
export interface AuditWish {
  readonly pictures: readonly Choosable[];
  readonly bases: readonly string[];
  /** What the pictures are called. */
  readonly title: string;
}

export interface Audit extends AuditState {
  start(wish: AuditWish): void;
  stop(): void;
  goOn(): void;
  /** Saves what was seen as a run in one file. */
  save(): void;
}

const nothing: AuditState = {
  phase: "none",
  look: undefined,
  models: [],
  share: 0,
  secondsLeft: undefined,
  failure: undefined,
};

/** An audit of pictures in the worker, look by look until it is stopped. version: of cfalign. */
export function useAudit(link: Link, version: string): Audit {
  const [state, setState] = useState(nothing);
  const change = (some: Partial<AuditState>): void => setState((before) => ({ ...before, ...some }));
  const going = useRef<{ readonly audit: number; readonly title: string }>(undefined);
  const stopping = useRef(false);

  const fail = (error: unknown): void => {
    if (stopping.current) change({ phase: "stopped" });
    else change({ phase: "stopped", failure: error instanceof Error ? error.message : String(error) });
  };
  const lookOn = async (from: AuditLook | undefined): Promise<void> => {
    if (going.current === undefined) return;
    const { audit } = going.current;
    change({ phase: "looking", failure: undefined });
    for (let before = from; before === undefined || before.looked < before.all; ) {
      if (stopping.current) return change({ phase: "stopped" });
      const began = performance.now();
      const look = await link.ask("auditLook", { audit }, (share) => change({ share }));
      if (look === undefined) break;
      performance.measure("audit look", { start: began });
      const pictures = look.looked - (before?.looked ?? 0);
      const seconds = (performance.now() - began) / 1000;
      change({ look, secondsLeft: (seconds / pictures) * (look.all - look.looked) });
      before = look;
    }
    change({ phase: "finished" });
  };
  const start = async ({ pictures, bases, title }: AuditWish): Promise<void> => {
    stopping.current = false;
    setState({ ...nothing, phase: "beginning" });
    const files = distinctNames(pictures).map(async ([name, picture]): Promise<[string, Blob]> => {
      return [name, picture.file ?? new Blob([(await bytesOf(picture)) as Uint8Array<ArrayBuffer>])];
    });
    const contents = new Map(await Promise.all(files));
    if (stopping.current) return change({ phase: "stopped" });
    const begun = await link.ask("audit", { pictures: contents, bases, title, version });
    going.current = { audit: begun.audit, title };
    setState({ ...nothing, models: begun.models });
    await lookOn(undefined);
  };
  return {
    ...state,
    start: (wish) => void start(wish).catch(fail),
    stop() {
      stopping.current = true;
      void link.ask("auditStop", undefined);
    },
    goOn() {
      stopping.current = false;
      void lookOn(state.look).catch(fail);
    },
    save() {
      if (going.current === undefined) return;
      const { audit, title } = going.current;
      const file = `${title.replace(/[^\w.-]+/g, "-")}.run.zip`;
      link.ask("auditRun", { audit }).then((run) => download(file, run), fail);
    },
  };
}

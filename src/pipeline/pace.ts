/** Stages of an audit, in their order. */
export const stageNames = [
  "models",
  "basis",
  "preflight",
  "probes",
  "witnesses",
  "interventions",
  "counterfactuals",
  "report",
] as const;
/** A stage of an audit. */
export type StageName = (typeof stageNames)[number];

/** How far an audit is. */
export interface AuditProgress {
  readonly stage: StageName;
  /** Of the stage: pictures, looks or steps. */
  readonly done: number;
  readonly total: number;
  /** Share of the whole audit, as far as it can be told. */
  readonly share: number;
}

/** Seconds that stages take before anything is known of them. */
const usual: Readonly<Record<StageName, number>> = {
  models: 3,
  basis: 8,
  preflight: 8,
  probes: 4,
  witnesses: 40,
  interventions: 25,
  counterfactuals: 15,
  report: 4,
};

/** One line of progress over stages that take unlike long. */
export interface Pace {
  /** What is known now of the seconds of a stage. */
  expect(stage: StageName, seconds: number): void;
  at(stage: StageName, done: number, total: number): void;
  /** Of a stage that goes on beside others: it is told once it is the last that `at` was told of. */
  beside(stage: StageName, done: number, total: number): void;
  /** The stage is over; those before it are, too. */
  end(stage: StageName): void;
}

/** Tells of every step how far the whole is: stages count by the seconds that are expected of them. */
export function createPace(emit: (progress: AuditProgress) => void): Pace {
  const seconds = new Map<StageName, number>(stageNames.map((stage) => [stage, usual[stage]]));
  const parts = new Map<StageName, number>();
  let current: StageName | undefined;
  const share = (): number => {
    let [done, all] = [0, 0];
    for (const [stage, own] of seconds) {
      done += own * (parts.get(stage) ?? 0);
      all += own;
    }
    return all === 0 ? 1 : done / all;
  };
  const reached = (stage: StageName, done: number, total: number): void => {
    const part = total === 0 ? 1 : Math.min(1, done / total);
    parts.set(stage, Math.max(part, parts.get(stage) ?? 0));
  };
  return {
    expect: (stage, own) => {
      seconds.set(stage, Math.max(0, own));
    },
    beside: (stage, done, total) => {
      reached(stage, done, total);
      if (stage === current) emit({ stage, done, total, share: share() });
    },
    at: (stage, done, total) => {
      current = stage;
      reached(stage, done, total);
      emit({ stage, done, total, share: share() });
    },
    end: (stage) => {
      for (const earlier of stageNames.slice(0, stageNames.indexOf(stage) + 1)) parts.set(earlier, 1);
      emit({ stage, done: 1, total: 1, share: share() });
    },
  };
}

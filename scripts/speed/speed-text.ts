/** What bench-speed.ts keeps of one network at one batch. Wall time in milliseconds, memory in bytes. */
export interface Measured {
  readonly name: string;
  readonly batch: number;
  readonly threads: number;
  readonly rounds: number;
  /** Least and most processes that wanted a core meanwhile. */
  readonly load: readonly [number, number];
  /** onnxruntime on the exported file. */
  readonly forward: number;
  readonly gradient: number;
  readonly peak: number;
  readonly forwardPeak: number;
  /** PyTorch in its better layout, where it was measured. */
  readonly peer?: {
    readonly layout: string;
    readonly forward: number;
    readonly gradient: number;
    readonly peak: number;
    /** ‖a − exact‖ / ‖exact‖ of PyTorch's numbers in float32, and of ours; exact: PyTorch's in float64. */
    readonly error: Errors;
    readonly ours: Errors;
  };
}

/** Relative errors in L2. */
interface Errors {
  readonly forward: number;
  readonly gradient: number;
}

/** One search: where it ended and what it took. */
export interface Searched {
  readonly lambda: number;
  readonly before: number;
  readonly after: number;
  readonly evaluations: number;
  readonly ms: number;
  readonly cpu: number;
}

export interface MeasuredCounterfactual {
  /** Channels of the decoder's widest picture. */
  readonly width: number;
  readonly threads: number;
  readonly load: number;
  readonly pairs: readonly { readonly fast: Searched; readonly peer: Searched }[];
}

/** Seconds from a path to a session with gradients, and of the first two calls. */
export interface Prepared {
  readonly name: string;
  readonly load: number;
  readonly seconds: number;
  readonly cpu: number;
  readonly firstCall: number;
  readonly secondCall: number;
  readonly peak: number;
}

/** Milliseconds by operator, and nodes before and after. */
export interface Profile {
  readonly name: string;
  readonly nodes: readonly [number, number];
  readonly forward: Readonly<Record<string, number>>;
  readonly gradient: Readonly<Record<string, number>>;
}

/** Goals by network: times the forward pass, and times as fast as PyTorch. */
const goalOf = (name: string) => ({ forward: name === "faces" ? 1.75 : 2.2, peer: 1.5 });
const MEMORY_GOAL = 2e9;
const COUNTERFACTUAL_GOAL = 8.5;
const PREPARE_GOAL = 3;

const mark = (holds: boolean): string => (holds ? "" : " (short)");
const milliseconds = (value: number): string => (value < 10 ? value.toFixed(1) : value.toFixed(0));
const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(2);

/** Times the forward pass, and times as fast as PyTorch, each with a mark where it falls short. */
function ratios(m: Measured): readonly [string, string] {
  const goal = goalOf(m.name);
  const slower = m.gradient / m.forward;
  const faster = (m.peer?.gradient ?? 0) / m.gradient;
  const peer = m.peer === undefined ? "not measured" : `${faster.toFixed(2)}${mark(faster >= goal.peer)}`;
  return [`${slower.toFixed(2)}${mark(slower <= goal.forward)}`, peer];
}

function row(m: Measured): string {
  const memory = `${gigabytes(m.peak)}${m.name === "faces" ? mark(m.peak <= MEMORY_GOAL) : ""}`;
  const peer = m.peer === undefined ? "" : ` / ${gigabytes(m.peer.peak)}`;
  return `| ${[m.name, milliseconds(m.gradient), ...ratios(m), `${memory}${peer}`].join(" | ")} |`;
}

/** Times, memory and errors of gradients and forward passes, ours and PyTorch's: docs/data/speed-gradients.csv. */
export function gradientRows(measured: readonly Measured[]): readonly (readonly (string | number)[])[] {
  return [
    [
      ...["network", "batch", "forward, ms", "gradient, ms", "× forward", "times as fast as PyTorch", "memory, GB"],
      ...["PyTorch's memory, GB", "PyTorch's layout", "PyTorch's forward, ms", "gradient error", "forward error"],
      ...["PyTorch's gradient error", "PyTorch's forward error"],
    ],
    ...measured.map((m) => {
      const { name, batch, peer } = m;
      const times = [milliseconds(m.forward), milliseconds(m.gradient), ...ratios(m), gigabytes(m.peak)];
      if (peer === undefined) return [name, batch, ...times];
      const errors = [peer.ours.gradient, peer.ours.forward, peer.error.gradient, peer.error.forward];
      return [
        ...[name, batch, ...times, gigabytes(peer.peak), peer.layout, milliseconds(peer.forward)],
        ...errors.map((error) => error.toExponential(1)),
      ];
    }),
  ];
}

const seconds = (ms: number): string => (ms / 1000).toFixed(1);

/** Searches image by image: docs/data/speed-counterfactual.csv. */
export function counterfactualRows({ pairs }: MeasuredCounterfactual): readonly (readonly (string | number)[])[] {
  const found = (s: Searched) => [`${s.before.toFixed(3)} → ${s.after.toFixed(3)}`, s.evaluations, seconds(s.ms)];
  return [
    [
      ...["image", "fast: prediction", "evaluations", "s", "published: prediction", "evaluations", "s"],
      "times as fast",
    ],
    ...pairs.map(({ fast, peer }, index) => [
      ...[index + 1, ...found(fast), ...found(peer), (peer.ms / fast.ms).toFixed(1)],
    ]),
  ];
}

/** The figures of whole counterfactuals in words. */
export function counterfactualText(measured: MeasuredCounterfactual): string {
  const { pairs } = measured;
  const times = Math.min(...pairs.map(({ fast, peer }) => peer.ms / fast.ms));
  const total = (of: "fast" | "peer") => pairs.reduce((sum, pair) => sum + pair[of].ms, 0);
  const together = total("peer") / total("fast");
  const span = (values: readonly number[], text: (value: number) => string) =>
    `${text(Math.min(...values))} to ${text(Math.max(...values))}`;
  const side = (of: "fast" | "peer") =>
    `${span(
      pairs.map((pair) => pair[of].ms),
      seconds,
    )} s and ${span(
      pairs.map((pair) => pair[of].evaluations),
      String,
    )} evaluations`;
  return `Encoder, gradient and search: \`fast\` against the published search in PyTorch (\`peers/counterfactual.py\`), ${pairs.length} images one at a time, a decoder ${measured.width} channels wide (published: 128), ${measured.threads} threads, wall time. Weights are random, scaled so that predictions and λ have the size of a published example.

\`fast\` takes ${side("fast")}, the published search ${side("peer")}. Together ${together.toFixed(1)} times as fast${mark(together >= COUNTERFACTUAL_GOAL)} (wanted: ${COUNTERFACTUAL_GOAL}), the least ${times.toFixed(1)} ([speed-counterfactual.csv](data/speed-counterfactual.csv)). Written by \`scripts/speed/bench-speed-counterfactual.ts\`; load ${measured.load.toFixed(1)}.`;
}

function prepareText(prepared: readonly Prepared[]): string {
  const each = prepared.map(({ name, seconds }) => `${name} ${seconds.toFixed(1)} s${mark(seconds <= PREPARE_GOAL)}`);
  if (each.length === 0) return "";
  return `\n\nFrom a path to a session with gradients (wanted: below ${PREPARE_GOAL} s): ${each.join(", ")}.`;
}

/** Operators that no gradient can do without. */
const PRODUCTS = ["Conv", "ConvTranspose", "Gemm", "MatMul", "FusedMatMul"];

const total = (operators: Profile["forward"]): number => Object.values(operators).reduce((sum, ms) => sum + ms, 0);

/** What the products of both passes take, in forward passes. */
function productShare({ forward, gradient }: Profile): number {
  return PRODUCTS.reduce((sum, op) => sum + (gradient[op] ?? 0), 0) / total(forward);
}

/** Milliseconds by operator: docs/data/speed-profile.csv. */
export function profileRows(profiles: readonly Profile[]): readonly (readonly string[])[] {
  const most = (operators: Profile["forward"]) =>
    Object.entries(operators)
      .sort(([, a], [, b]) => b - a)
      .slice(0, 7)
      .map(([op, ms]) => `${op} ${milliseconds(ms)}`)
      .join(", ");
  return [
    ["network", "nodes", "forward, ms", "with its gradient, ms", "ratio", "products alone", "the rest"],
    ...profiles.map((p) => [
      p.name,
      p.nodes.join(" → "),
      `${milliseconds(total(p.forward))}: ${most(p.forward)}`,
      `${milliseconds(total(p.gradient))}: ${most(p.gradient)}`,
      (total(p.gradient) / total(p.forward)).toFixed(2),
      productShare(p).toFixed(2),
      (total(p.gradient) / total(p.forward) - productShare(p)).toFixed(2),
    ]),
  ];
}

function profileText(profiles: readonly Profile[]): string {
  if (profiles.length === 0) return "";
  return " By operator: [speed-profile.csv](data/speed-profile.csv).";
}

/** How many of the goals of the first table are met. */
function standing(measured: readonly Measured[]): string {
  const forward = measured.filter((m) => m.gradient / m.forward <= goalOf(m.name).forward);
  const compared = measured.flatMap(({ name, gradient, peer }) =>
    peer === undefined ? [] : [{ name, gradient, peer }],
  );
  const faster = compared.filter(({ name, gradient, peer }) => peer.gradient / gradient >= goalOf(name).peer);
  return `Of ${measured.length} gradients ${forward.length} cost as few forward passes as wanted, ${faster.length} are as much faster than PyTorch's.`;
}

/** Above this an error is more than rounding. */
const ROUNDING = 1e-4;

function errorText(measured: readonly Measured[]): string {
  const compared = measured.flatMap(({ peer }) => (peer === undefined ? [] : [peer]));
  if (compared.length === 0) return "";
  const large = (of: (peer: (typeof compared)[number]) => Errors): number =>
    compared.filter((peer) => of(peer).gradient > ROUNDING).length;
  const smaller = compared.filter(({ error, ours }) => ours.gradient <= error.gradient).length;
  return `${large(({ ours }) => ours)} of ours and ${large(({ error }) => error)} of PyTorch's are off by more than ${ROUNDING}; ours is at least as near in ${smaller}.\n`;
}

/** What docs/speed.md says of gradients. */
export function speedText(
  measured: readonly Measured[],
  prepared: readonly Prepared[],
  profiles: readonly Profile[],
): string {
  const [first] = measured;
  const loads = measured.flatMap(({ load }) => load);
  const rounds = measured.map((m) => m.rounds);
  const turns = `${Math.min(...rounds)} to ${Math.max(...rounds)}`;
  const span = `${Math.min(...loads).toFixed(0)} to ${Math.max(...loads).toFixed(0)}`;
  return `| network, batch 1 | gradient, ms | × forward | times as fast as PyTorch | memory / PyTorch's, GB |
|---|---|---|---|---|
${measured
  .filter(({ batch }) => batch === 1)
  .map(row)
  .join("\n")}

${standing(measured)} Wanted: at most ${goalOf("").forward} forward passes (${goalOf("faces").forward} for \`faces\`), ${goalOf("").peer} times as fast, ${gigabytes(MEMORY_GOAL)} GB for \`faces\`.
${errorText(measured)}The least of ${turns} turns counts, a process each. ${first?.threads ?? 2} threads, load ${span}, wall time. All batches, and errors: [speed-gradients.csv](data/speed-gradients.csv). Written by \`scripts/speed/bench-speed.ts\`.${prepareText(prepared)}${profileText(profiles)}`;
}

import type { FeatureReading } from "../../label/feature-reading.ts";
import type { Mark } from "../../label/label-table.ts";
import type { Order } from "../../label/next-pictures.ts";
import type { Ask } from "./ask.ts";

/** What is said of the pictures and one feature, and what is shown to be judged. */
export interface FeatureState {
  /** By place. */
  readonly marks: readonly Mark[];
  /** Places of the pictures that are asked about; undefined until they are known. */
  readonly page: readonly number[] | undefined;
  /** What the page is sorted by: "random" before there is a probe. */
  readonly order: Order;
  readonly reading: FeatureReading | undefined;
  /** Whether all that was said is in the table. */
  readonly saved: boolean;
  /** Why it is not, or why there are no pictures. */
  readonly failure: string | undefined;
  readonly canUndo: boolean;
}

type Change = readonly [place: number, mark: Mark];

/** What is taken back at once. */
interface Step {
  readonly before: readonly Change[];
  readonly page: readonly number[] | undefined;
}

/** Pictures that are shown at a time. */
const pageSize = 20;

/** The marks of one feature as a page holds them: each is shown at once and sent after it, and what could not be sent is sent with the next. */
export class FeatureLabels {
  private state: FeatureState = {
    ...{ marks: [], page: undefined, order: "random", reading: undefined },
    ...{ saved: true, failure: undefined, canUndo: false },
  };
  private readonly listeners = new Set<() => void>();
  private readonly steps: Step[] = [];
  private readonly unsent = new Map<number, Mark>();
  private sending: Promise<void> = Promise.resolve();

  constructor(
    private readonly ask: Ask,
    readonly feature: string,
  ) {}

  readonly subscribe = (changed: () => void): (() => void) => {
    this.listeners.add(changed);
    return () => this.listeners.delete(changed);
  };

  readonly current = (): FeatureState => this.state;

  /** Looks at what was said before, and asks for the first page; what could not be sent is sent first. */
  async open(order: Order): Promise<void> {
    if (this.unsent.size > 0) this.send();
    await this.sending;
    await this.telling(async () => {
      const { marks, reading } = await this.ask({ ask: "feature", feature: this.feature });
      const said = (mark: Mark, place: number): Mark =>
        this.unsent.has(place) ? (this.unsent.get(place) as Mark) : mark;
      this.become({ marks: marks.map(said), reading });
    });
    await this.next(order);
  }

  /** Another page. */
  async next(order: Order): Promise<void> {
    await this.sending;
    if (this.unsent.size > 0) return;
    await this.telling(async () => {
      const found = await this.ask({ ask: "next", feature: this.feature, order, count: pageSize });
      this.become({ page: found.pictures, order: found.order, reading: found.reading, failure: undefined });
    });
  }

  /** Says something of some pictures, as one step. */
  mark(places: readonly number[], mark: Mark): void {
    const changed = places.filter((place) => this.state.marks[place] !== mark);
    if (changed.length === 0) return;
    const before = changed.map((place): Change => [place, this.state.marks[place] ?? null]);
    this.steps.push({ before, page: this.state.page });
    this.apply(changed.map((place): Change => [place, mark]));
  }

  /** Says of all of the page that was not spoken of that they have it not, and goes on. */
  async othersHaveNot(order: Order): Promise<void> {
    const { page = [], marks } = this.state;
    this.mark(
      page.filter((place) => marks[place] === null),
      0,
    );
    await this.next(order);
  }

  /** Takes the last step back, to the page that it was on. */
  undo(): void {
    const step = this.steps.pop();
    if (step === undefined) return;
    this.become({ page: step.page });
    this.apply(step.before);
  }

  /** Sends what could not be sent. */
  send(): void {
    this.apply([]);
  }

  private apply(changes: readonly Change[]): void {
    const marks = [...this.state.marks];
    for (const [place, mark] of changes) {
      marks[place] = mark;
      this.unsent.set(place, mark);
    }
    this.become({ marks, saved: false, canUndo: this.steps.length > 0 });
    this.sending = this.sending.then(() =>
      this.telling(async () => {
        const sent = new Map(this.unsent);
        if (sent.size > 0) await this.ask({ ask: "mark", feature: this.feature, marks: [...sent] });
        for (const [place, mark] of sent) if (this.unsent.get(place) === mark) this.unsent.delete(place);
        this.become({ saved: this.unsent.size === 0, failure: undefined });
      }),
    );
  }

  private async telling(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      this.become({ failure: error instanceof Error ? error.message : String(error) });
    }
  }

  private become(part: Partial<FeatureState>): void {
    this.state = { ...this.state, ...part };
    for (const listener of this.listeners) listener();
  }
}

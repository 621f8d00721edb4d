import type { Subject } from "./subjects.ts";
import type { Effects } from "./truth.ts";
import type { WorldName } from "./worlds/worlds.ts";

/** What scores are held against. */
export interface Question {
  readonly world: WorldName;
  readonly subjects: readonly Subject[];
  readonly features: readonly string[];
  /** By feature, per subject. */
  readonly effects: Effects;
}

import type { JoinedOffers } from "../../live/questions.ts";
import { plural } from "../parts/numbers.ts";

/** Which classifier joined, what was guessed of it, and whether it can be lowered. */
export function JoinedNote({ joined: { name, targets, guessed, notLowered } }: { readonly joined: JoinedOffers }) {
  return (
    <p className="note" role="status">
      <b>{name}</b> joined with {plural(targets.length, "target")}: {targets.slice(0, 6).join(", ")}
      {targets.length > 6 && ", …"}.{" "}
      {guessed.length > 0 &&
        `Nothing says its ${guessed.join(", ")}: what is usual was taken, and a manifest would say it. `}
      {notLowered !== undefined && `It looks on, and cannot be lowered: ${notLowered}`}
    </p>
  );
}

import type { JoinedOffers } from "../../live/questions.ts";
import { plural } from "../parts/numbers.ts";

/** Which classifier joined, what was guessed of it, and whether it can be lowered. */
export function JoinedNote({ joined: { name, targets, guessed, notLowered } }: { readonly joined: JoinedOffers }) {
  return (
    <p className="note" role="status">
      <b>{name}</b> joined with {plural(targets.length, "target")}: {targets.slice(0, 6).join(", ")}
      {targets.length > 6 && ", …"}.{" "}
      {guessed.length > 0 && `Guessed, because no file says it: ${guessed.join(", ")}. A manifest can say it. `}
      {notLowered !== undefined && `It is downstream only, and cannot be lowered: ${notLowered}`}
    </p>
  );
}

import { useRef } from "react";
import { plural } from "../parts/numbers.ts";
import { type Choosable, ownPictures } from "./pictures.ts";

interface Props {
  readonly pictures: readonly Choosable[];
  readonly more: number;
  readonly chosen: Choosable | undefined;
  readonly choose: (picture: Choosable) => void;
  readonly add: (pictures: readonly Choosable[]) => void;
}

/** The pictures of the workspace and the reader's own. */
export function Chooser({ pictures, more, chosen, choose, add }: Props) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <div className="pictures">
      <button type="button" onClick={() => input.current?.click()}>
        Choose a picture…
      </button>
      <input
        ref={input}
        className="hidden"
        type="file"
        accept="image/*"
        multiple
        tabIndex={-1}
        aria-label="Pictures of your own"
        onChange={(event) => {
          add(ownPictures(event.target.files ?? []));
          event.target.value = "";
        }}
      />
      <ul aria-label="Pictures">
        {pictures.map((picture) => (
          <li key={picture.source}>
            <button
              type="button"
              className="pick"
              aria-pressed={picture === chosen}
              title={picture.name}
              onClick={() => choose(picture)}
            >
              <img src={picture.source} alt={picture.name} width="52" height="52" loading="lazy" />
            </button>
          </li>
        ))}
      </ul>
      <p className="note">
        Or drop one anywhere on the page: it stays in your browser.
        {more > 0 && ` The workspace has ${plural(more, "more picture")} than are shown.`}
      </p>
    </div>
  );
}

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

/** An attribute that React's types do not know. */
const folders: Readonly<Record<string, string>> = { webkitdirectory: "" };

/** The pictures of the workspace and the reader's own. */
export function Chooser({ pictures, more, chosen, choose, add }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const given = ({ target }: React.ChangeEvent<HTMLInputElement>): void => {
    add(ownPictures(target.files ?? []));
    target.value = "";
  };
  return (
    <div className="pictures">
      <div className="choosing">
        <button type="button" onClick={() => input.current?.click()}>
          Choose a picture…
        </button>
        <button type="button" onClick={() => folder.current?.click()}>
          A folder…
        </button>
        <input
          ref={input}
          className="hidden"
          type="file"
          accept="image/*"
          multiple
          tabIndex={-1}
          aria-label="Pictures of your own"
          onChange={given}
        />
        <input
          ref={folder}
          className="hidden"
          type="file"
          {...folders}
          tabIndex={-1}
          aria-label="A folder of your own pictures"
          onChange={given}
        />
      </div>
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
        Or drop one, or a folder, anywhere on the page: they stay in your browser.
        {more > 0 && ` The workspace has ${plural(more, "more picture")} than are shown.`}
      </p>
    </div>
  );
}

import { useRef } from "react";
import { plural } from "../parts/numbers.ts";
import { chosenFiles, type GivenFile } from "./given-files.ts";
import type { Choosable } from "./pictures.ts";

interface Props {
  readonly pictures: readonly Choosable[];
  readonly more: number;
  readonly chosen: Choosable | undefined;
  readonly choose: (picture: Choosable) => void;
  /** Pictures or a model of the reader's. */
  readonly take: (files: readonly GivenFile[]) => void;
}

/** An attribute that React's types do not know. */
const folders: Readonly<Record<string, string>> = { webkitdirectory: "" };

/** The pictures of the workspace and the reader's own. */
export function Chooser({ pictures, more, chosen, choose, take }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const model = useRef<HTMLInputElement>(null);
  const given = ({ target }: React.ChangeEvent<HTMLInputElement>): void => {
    take(chosenFiles(target.files));
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
        <button type="button" onClick={() => model.current?.click()}>
          Add a classifier…
        </button>
        <input
          ref={model}
          className="hidden"
          type="file"
          accept=".onnx,.onnx_data,.data,.json,.txt"
          multiple
          tabIndex={-1}
          aria-label="A classifier of your own"
          onChange={given}
        />
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
        Or drop pictures, a folder, or a classifier's ONNX file with its manifest or its Hugging Face files, anywhere on
        the page: they stay in your browser.
        {more > 0 && ` The workspace has ${plural(more, "more picture")} than are shown.`}
      </p>
    </div>
  );
}

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
  return (
    <div className="pictures">
      <div className="choosing">
        <FilesButton text="Choose a picture…" label="Pictures of your own" take={take} accept="image/*" multiple />
        <FilesButton text="A folder…" label="A folder of your own pictures" take={take} {...folders} />
        <FilesButton
          text="Add a classifier…"
          label="A classifier of your own"
          take={take}
          accept=".onnx,.onnx_data,.data,.json,.txt"
          multiple
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

interface FilesButtonProps extends Pick<Props, "take">, Pick<React.ComponentProps<"input">, "accept" | "multiple"> {
  readonly text: string;
  /** What the files are to be. */
  readonly label: string;
}

/** A button that asks for files. */
function FilesButton({ text, label, take, ...input }: FilesButtonProps) {
  const field = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" onClick={() => field.current?.click()}>
        {text}
      </button>
      <input
        ref={field}
        className="hidden"
        type="file"
        tabIndex={-1}
        aria-label={label}
        onChange={({ target }) => {
          take(chosenFiles(target.files));
          target.value = "";
        }}
        {...input}
      />
    </>
  );
}

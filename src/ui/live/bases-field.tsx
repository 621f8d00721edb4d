import { useId, useState } from "react";
import type { Listed } from "../../live/questions.ts";
import { Names } from "./names.tsx";

interface Props {
  readonly bases: readonly string[];
  readonly classifiers: readonly Listed[];
  readonly disabled: boolean;
  readonly choose: (bases: readonly string[]) => void;
}

/** Which classifiers are lowered: classifiers there are, or expressions of them. */
export function BasesField({ bases, classifiers, disabled, choose }: Props) {
  const id = useId();
  const [text, setText] = useState("");
  const add = (given: string): void => {
    const base = given.trim();
    if (base === "") return;
    setText("");
    if (!bases.includes(base)) choose([...bases, base]);
  };
  return (
    <form
      className="bases"
      onSubmit={(event) => {
        event.preventDefault();
        add(text);
      }}
    >
      <ul aria-label="Bases">
        {bases.map((base) => (
          <li key={base}>
            <button
              type="button"
              disabled={disabled}
              aria-label={`leave out ${base}`}
              onClick={() => choose(bases.filter((other) => other !== base))}
            >
              {base} <span aria-hidden="true">×</span>
            </button>
          </li>
        ))}
      </ul>
      <label>
        <span className="hidden">Another base</span>
        <input
          type="text"
          list={`${id}-names`}
          placeholder="another base"
          value={text}
          disabled={disabled}
          spellCheck={false}
          autoComplete="off"
          onChange={({ target: { value } }) => {
            if (classifiers.some(({ name }) => name === value)) add(value);
            else setText(value);
          }}
          onBlur={() => add(text)}
        />
      </label>
      <Names id={`${id}-names`} classifiers={classifiers} />
    </form>
  );
}

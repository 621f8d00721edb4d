import { useEffect, useId, useState } from "react";
import type { Listed } from "../../live/questions.ts";
import { Failure } from "./failure.tsx";
import { Names } from "./names.tsx";

interface Props {
  readonly base: string;
  readonly classifiers: readonly Listed[];
  readonly failure: string | undefined;
  readonly choose: (base: string) => void;
  /** Beside the field. */
  readonly children: React.ReactNode;
}

/** Which classifier is lowered: one of those there are, or an expression of them. */
export function BaseField({ base, classifiers, failure, choose, children }: Props) {
  const id = useId();
  const [text, setText] = useState(base);
  useEffect(() => setText(base), [base]);
  const commit = (given: string): void => {
    if (given.trim() !== "" && given.trim() !== base) choose(given.trim());
  };
  return (
    <form
      className="base"
      onSubmit={(event) => {
        event.preventDefault();
        commit(text);
      }}
    >
      <label>
        Lower
        <input
          type="text"
          list={`${id}-names`}
          value={text}
          spellCheck={false}
          autoComplete="off"
          aria-invalid={failure !== undefined}
          aria-describedby={failure === undefined ? undefined : `${id}-failure`}
          onChange={({ target: { value } }) => {
            setText(value);
            // One of the list was picked.
            if (classifiers.some(({ name }) => name === value)) commit(value);
          }}
          onFocus={({ target }) => target.select()}
          onBlur={() => commit(text)}
        />
      </label>
      {children}
      <Names id={`${id}-names`} classifiers={classifiers} />
      <Failure id={`${id}-failure`} words={failure} />
    </form>
  );
}

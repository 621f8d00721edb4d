import { useState } from "react";
import type { NamedFeature } from "../../label/questions.ts";

interface Props {
  readonly features: readonly NamedFeature[];
  readonly chosen: string | undefined;
  readonly choose: (feature: string) => void;
}

/** The features that are labelled, and the name of another one. */
export function FeatureBar({ features, chosen, choose }: Props) {
  const [name, setName] = useState("");
  return (
    <div className="features">
      {features.length > 0 && (
        <ul aria-label="Features">
          {features.map(({ name, has, hasNot }) => (
            <li key={name}>
              <button type="button" aria-pressed={name === chosen} onClick={() => choose(name)}>
                {name}{" "}
                <small>
                  {has} of {has + hasNot}
                </small>
              </button>
            </li>
          ))}
        </ul>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() === "") return;
          choose(name.trim());
          setName("");
        }}
      >
        <label>
          {features.length === 0 ? "Name a feature" : "Another feature"}{" "}
          <input
            type="text"
            value={name}
            maxLength={80}
            placeholder="such as eyeglasses"
            onChange={({ target }) => setName(target.value)}
          />
        </label>
        <button type="submit">Add</button>
      </form>
    </div>
  );
}

import type { Feature } from "../../live/questions.ts";
import { Failure } from "./failure.tsx";

interface Props {
  readonly feature: string;
  readonly features: readonly Feature[];
  readonly failure: string | undefined;
  readonly choose: (feature: string) => void;
}

/** Which feature is taken out of the picture, or put in. */
export function FeatureField({ feature, features, failure, choose }: Props) {
  return (
    <form className="base" onSubmit={(event) => event.preventDefault()}>
      <label>
        Take out, or put in
        <select value={feature} onChange={({ target }) => choose(target.value)}>
          {features.map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <Failure words={failure} />
    </form>
  );
}

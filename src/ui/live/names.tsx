import type { Listed } from "../../live/questions.ts";

interface Props {
  /** What a field's `list` names. */
  readonly id: string;
  readonly classifiers: readonly Listed[];
}

/** Names that a field offers while one types. */
export function Names({ id, classifiers }: Props) {
  return (
    <datalist id={id}>
      {classifiers.map(({ name, model, judge }) => (
        <option key={name} value={name}>
          {judge ? `judge, ${model}` : model}
        </option>
      ))}
    </datalist>
  );
}

import type { FeatureReading } from "../../label/feature-reading.ts";
import type { Answers } from "../../label/questions.ts";
import { readingWords } from "./reading-words.ts";

interface Props {
  readonly reading: FeatureReading;
  readonly read: Answers["state"]["read"];
}

/** How well a feature is read, drawn and in words. */
export function ReadingNote({ reading, read }: Props) {
  const { told, next } = readingWords(reading, read);
  const { auroc } = reading;
  return (
    <div className="reading" data-advice={reading.advice}>
      {auroc !== null && <Meter value={auroc.value} ci={auroc.ci} />}
      <p role="status">
        {told} <b>{next}</b>
      </p>
    </div>
  );
}

/** AUROC from 0.5 to 1 with its interval, and the line that this has to lie above. */
function Meter({ value, ci }: { readonly value: number; readonly ci: readonly [number, number] }) {
  const x = (auroc: number): number => 4 + 232 * Math.min(1, Math.max(0, auroc - 0.5));
  return (
    <svg className="meter" viewBox="0 0 124 16" aria-hidden="true">
      <line className="ground" x1={x(0.5)} x2={x(1)} y1="8" y2="8" />
      <line className="wanted" x1={x(0.75)} x2={x(0.75)} y1="2" y2="14" />
      <line className="bar" x1={x(ci[0])} x2={x(ci[1])} y1="8" y2="8" />
      <circle cx={x(value)} cy="8" r="3" />
    </svg>
  );
}

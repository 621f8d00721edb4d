import { hashOf } from "../shell/hash.ts";
import { useRun } from "./use-run.ts";

interface Props {
  readonly base: string;
  /** Name of the image. */
  readonly image: string;
}

/** The way to the live page where the report carries one: the same image and base, under the slider. */
export function LiveLink({ base, image }: Props) {
  const { live, options } = useRun().report;
  if (live === undefined) return null;
  const direction = options.direction === "path" ? "path" : undefined;
  return (
    <>
      {" "}
      <a href={`${live}${hashOf({ picture: image, base, direction })}`}>Move the slider yourself</a>
    </>
  );
}

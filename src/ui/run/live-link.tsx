import type { ReportData } from "../../report/data.ts";
import { hashOf } from "../shell/hash.ts";

interface Props {
  readonly report: ReportData;
  readonly base: string;
  /** Name of the image. */
  readonly image: string;
}

/** The way to the live page where the report carries one: the same image and base, under the slider. */
export function LiveLink({ report: { live, options }, base, image }: Props) {
  if (live === undefined) return null;
  const direction = options.direction === "path" ? "path" : undefined;
  return (
    <>
      {" "}
      <a href={`${live}${hashOf({ picture: image, base, direction })}`}>Move the slider yourself</a>
    </>
  );
}

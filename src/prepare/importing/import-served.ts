import { CfalignError } from "../../base/errors.ts";
import { type ServedManifest, servedManifestSchema } from "../../models/manifest.ts";
import { type Finding, guessed, manifestOf, settled } from "./finding.ts";
import { axes, usualFindings } from "./graph.ts";

/** What a server says of a model's ends. */
export interface ServedEnds {
  readonly name: string;
  readonly input: readonly number[];
  readonly output: readonly number[];
}

/** Describes a classifier behind a server: `given` fields first, the shapes that it states, and what is usual. Errors: CfalignError("usage") for what has to be given. */
export function servedDraft(
  url: string,
  { name, input, output }: ServedEnds,
  given: readonly Finding[],
): { readonly manifest: ServedManifest; readonly findings: readonly Finding[] } {
  const [, count] = output;
  const findings = settled([
    given,
    axes(input.map((dim) => (dim < 0 ? undefined : dim))),
    [guessed("name", name, "the server")],
    usualFindings(count !== undefined && count > 0 ? count : undefined),
  ]);
  const missing = (["input.width", "input.height", "targets"] as const).find(
    (field) => !findings.some((finding) => finding.field === field),
  );
  if (missing !== undefined) {
    throw new CfalignError(
      "usage",
      (named) =>
        `${url}: ${missing}: the server does not say it: give ${missing === "targets" ? "targets" : named("size")}`,
      { where: missing },
    );
  }
  const result = servedManifestSchema.safeParse(manifestOf(findings, { kind: "classifier", url }));
  if (result.success) return { manifest: result.data, findings };
  const [issue] = result.error.issues;
  throw new CfalignError("input", `${url}: ${issue?.path.join(".")}: ${issue?.message}`, { where: url });
}

import { CfalignError } from "../../src/base/errors.ts";

const unreleased = "## [Unreleased]";

/** `text` with what is under "Unreleased" under `version` of that day (YYYY-MM-DD), and "Unreleased" empty. @throws CfalignError where nothing is under it, or the version is there already. */
export function releasedChangelog(text: string, version: string, day: string): string {
  const [before, after] = text.split(`${unreleased}\n`);
  if (before === undefined || after === undefined)
    throw new CfalignError("input", `CHANGELOG.md: expected a line "${unreleased}", found none`);
  if (text.includes(`## [${version}]`))
    throw new CfalignError("input", `CHANGELOG.md: expected no version ${version} yet, found one`);
  const changes = after.split(/^## /m)[0] as string;
  if (!/^- /m.test(changes))
    throw new CfalignError("input", `CHANGELOG.md: expected what changed under "${unreleased}", found nothing`);
  return `${before}${unreleased}\n\n## [${version}] - ${day}\n${after}`;
}

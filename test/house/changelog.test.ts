import { describe, expect, test } from "vitest";
import { releasedChangelog } from "./changelog.ts";

describe("the changelog of a release", () => {
  test("has what was unreleased under its version, and nothing unreleased", () => {
    const before = "# Changelog\n\n## [Unreleased]\n\n### Fixed\n\n- A thing.\n\n## [0.1.0] - 2026-01-01\n\n- All.\n";
    expect(releasedChangelog(before, "0.2.0", "2026-12-01")).toBe(
      "# Changelog\n\n## [Unreleased]\n\n## [0.2.0] - 2026-12-01\n\n### Fixed\n\n- A thing.\n\n## [0.1.0] - 2026-01-01\n\n- All.\n",
    );
  });

  test("is refused where nothing changed, or the version is there", () => {
    expect(() => releasedChangelog("## [Unreleased]\n\n## [0.1.0] - 2026-01-01\n\n- All.\n", "0.2.0", "")).toThrow(
      "found nothing",
    );
    expect(() => releasedChangelog("## [Unreleased]\n\n- A.\n\n## [0.1.0]\n", "0.1.0", "")).toThrow(
      "expected no version 0.1.0 yet",
    );
    expect(() => releasedChangelog("# Changelog\n", "0.2.0", "")).toThrow('expected a line "## [Unreleased]"');
  });
});

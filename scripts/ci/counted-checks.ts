/** The checks of one script of .ci/run: a line each as they come, and at the end the counts that .ci/run adds up. */
const counts = { passed: 0, failed: 0 };

/** A claim that holds or not, with what was seen. */
export function check(claim: string, holds: boolean, seen: string): void {
  counts[holds ? "passed" : "failed"]++;
  console.log(`${holds ? "ok    " : "not ok"} ${claim}: ${seen}`);
}

/** A claim that holds unless its action throws, with the time that it took. */
export async function attempt(claim: string, action: () => void | Promise<void>): Promise<void> {
  const started = performance.now();
  try {
    await action();
    counts.passed++;
    console.log(`ok     ${claim} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  } catch (error) {
    counts.failed++;
    console.log(`not ok ${claim}: ${(error as Error).message}`);
  }
}

/** The last line; a failed check makes the script fail. */
export function endChecks(): void {
  console.log(`${counts.passed} passed, ${counts.failed} failed`);
  process.exitCode = counts.failed > 0 ? 1 : 0;
}

// A worker of a pool that tests start: answers with what it was told and asked, and ends itself where a question says so.
import { appendFileSync, existsSync, statSync, writeFileSync } from "node:fs";
import { platform } from "#platform";
import type { PoolQuestion } from "./pool-question.ts";

const told: string[] = [];
platform.serveQuestions(async (asked, tell) => {
  const question = asked as PoolQuestion;
  if (typeof question === "string") return told.push(question);
  if (question.endUnless !== undefined && !existsSync(question.endUnless)) {
    writeFileSync(question.endUnless, "");
    process.kill(process.pid, "SIGKILL");
  }
  if (question.endTimes !== undefined) {
    const [file, times] = question.endTimes;
    appendFileSync(file, ".");
    if (statSync(file).size <= times) process.kill(process.pid, "SIGKILL");
  }
  if (question.end) process.kill(process.pid, "SIGKILL");
  if (question.fail !== undefined) throw new RangeError(question.fail);
  tell(question.value);
  return { pid: process.pid, told: [...told], double: question.value?.map((value) => 2 * value) };
});

import { throwIfInterrupted } from "../base/errors.ts";
import type { Answers, AskedWorkspace } from "./asked-workspace.ts";
import { beginAudit, type LiveAudit } from "./audit.ts";
import { Memory } from "./memory.ts";

/** Answers to what is asked of an audit, of which one is there at a time. */
export function auditAnswers(
  asking: AskedWorkspace,
): Answers<"audit" | "auditLook" | "auditRun"> & { dispose(): Promise<void> } {
  const audits = new Memory<LiveAudit>("audit", 1);
  let auditing: LiveAudit | undefined;
  return {
    async audit({ pictures, ...about }, _, signal) {
      const live = await beginAudit(pictures, { workspace: asking.opened, ...about, signal });
      await auditing?.dispose();
      auditing = live;
      return { audit: audits.keep(live), bases: live.bases, models: live.models };
    },
    async auditLook({ audit }, onProgress, signal) {
      throwIfInterrupted(signal);
      return audits.recall(audit).next(onProgress, signal);
    },
    async auditRun({ audit }) {
      const zip = await audits.recall(audit).save();
      return new Blob([zip as Uint8Array<ArrayBuffer>], { type: "application/zip" });
    },
    async dispose() {
      await auditing?.dispose();
    },
  };
}

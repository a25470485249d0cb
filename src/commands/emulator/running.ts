// How a running emulator is told to a person and to a script.
import type { RunRecord } from "../../emulator/service/run-file.ts";

export interface RunningData {
  readonly running: true;
  readonly host: string;
  readonly pid: number;
  readonly folder: string;
  readonly workspace_id: string;
  readonly user_name: string;
  /** What the consent page of an OAuth sign-in asks for. */
  readonly sign_in_code: string;
}

export function runningData(record: RunRecord): RunningData {
  return {
    running: true,
    host: record.host,
    pid: record.pid,
    folder: record.folder,
    workspace_id: record.workspaceId,
    user_name: record.owner,
    sign_in_code: record.signInCode.reveal(),
  };
}

/** Host, user, folder, sign-in code, one a line. */
export function runningLines(record: RunRecord): string[] {
  return [
    `  host          ${record.host}`,
    `  user          ${record.owner}`,
    `  data          ${record.folder}`,
    `  sign-in code  ${record.signInCode.reveal()}  (asked for by the browser in an OAuth sign-in)`,
    `  process       ${record.pid}`,
  ];
}

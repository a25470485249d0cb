// Why a cluster ended, in the API's codes and the words beside them.
import type { TerminationReason } from "./documents.ts";

type ReasonType = TerminationReason["type"];

const types: Readonly<Record<string, ReasonType>> = {
  USER_REQUEST: "SUCCESS",
  JOB_FINISHED: "SUCCESS",
  INACTIVITY: "SUCCESS",
  CLOUD_PROVIDER_LAUNCH_FAILURE: "CLOUD_FAILURE",
  CLOUD_PROVIDER_RESOURCE_STOCKOUT: "CLOUD_FAILURE",
  AWS_INSUFFICIENT_INSTANCE_CAPACITY_FAILURE: "CLOUD_FAILURE",
  DRIVER_UNREACHABLE: "CLOUD_FAILURE",
  COMMUNICATION_LOST: "CLOUD_FAILURE",
  INIT_SCRIPT_FAILURE: "CLIENT_ERROR",
  INVALID_ARGUMENT: "CLIENT_ERROR",
  TRIAL_EXPIRED: "CLIENT_ERROR",
  BOOTSTRAP_TIMEOUT: "SERVICE_FAULT",
  SPARK_STARTUP_FAILURE: "SERVICE_FAULT",
};

export interface Ending {
  readonly reason: TerminationReason;
  readonly message: string;
}

export function byUser(userName: string): Ending {
  return ending("USER_REQUEST", { username: userName }, `Terminated by ${userName}`);
}

export function byInactivity(minutes: number): Ending {
  const message = `Inactive cluster terminated (inactive for ${minutes} minutes).`;
  return ending("INACTIVITY", { inactivity_duration_min: String(minutes) }, message);
}

export function byJobEnd(): Ending {
  return ending("JOB_FINISHED", {}, "The job cluster was terminated because the job finished.");
}

/** The emulator went away while the cluster was up. */
export function byStop(): Ending {
  const instance = "The driver was lost because the emulator was stopped.";
  return ending("COMMUNICATION_LOST", { databricks_error_message: instance }, instance);
}

/** A start that fails on order: any code is taken, the ones that are known with their own type. */
export function byFailure(code: string): Ending {
  const message = `Cluster terminated. Reason: ${code
    .toLowerCase()
    .split("_")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(" ")}`;
  return ending(code, { databricks_error_message: message }, message);
}

function ending(code: string, parameters: Record<string, string>, message: string): Ending {
  return { reason: { code, type: types[code] ?? "SERVICE_FAULT", parameters }, message };
}

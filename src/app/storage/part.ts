// What each of the stores stands on.
import type { Clock } from "../../platform/deps.ts";
import type { Database } from "./database.ts";

export interface Part {
  readonly database: Database;
  readonly clock: Clock;
}

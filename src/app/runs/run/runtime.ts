// What all runs of this process share, and what is known of each while it is under way.
import type { Deps } from "../../../platform/deps.ts";
import type { MortarError } from "../../../platform/errors.ts";
import type { AnyEvent, RunStatus } from "../../contract/events.ts";
import type { EventPlace, EventWriter } from "../events/event-writer.ts";
import type { Models } from "../models.ts";
import type { RunsParts } from "../parts.ts";
import type { Sessions } from "../sessions.ts";
import type { Shells } from "../shells.ts";
import type { ToolServer } from "../tools/tool-server.ts";
import type { Quota } from "./quota.ts";

export interface Runtime {
  readonly deps: Deps;
  readonly parts: RunsParts;
  /** Who this process is among the replicas. */
  readonly replica: string;
  readonly writer: EventWriter;
  readonly models: Models;
  readonly tools: ToolServer;
  readonly sessions: Sessions;
  readonly shells: Shells;
  /** Runs that are under way here, by their id. */
  readonly live: Map<string, LiveRun>;
  /** How many runs each user may have here. */
  readonly quota: Quota;
  /** Conversations in which a run is being begun here. */
  readonly beginning: Set<string>;
  /** Stores and shows what happens in a run, or after it. */
  emit(place: EventPlace, event: AnyEvent): void;
  /** Fires when the process ends. */
  readonly ending: AbortSignal;
}

export type Ended = Exclude<RunStatus, "running">;

/** Why a run is broken off: a person stopped it, the server ends, or it cannot go on. */
export type StopReason = "cancelled" | "interrupted" | MortarError;

export interface LiveRun {
  readonly runId: string;
  readonly conversationId: string;
  /** Fires once it is to stop. */
  readonly signal: AbortSignal;
  /** Resolves when all of it is stored. */
  readonly ended: Promise<void>;
  /** The first reason counts. */
  stop(reason: StopReason): void;
  reason(): StopReason | undefined;
  /** Its agent has ended: what is left is to store what came of it. */
  isFinishing: boolean;
  /** Some of what happened was told by another replica. */
  isToldElsewhere: boolean;
  /** Tells what happens in it, while its message is being made. */
  emit: ((event: AnyEvent) => Promise<void>) | undefined;
}

export function createLiveRun({ runId, conversationId }: EventPlace, ended: Promise<void>): LiveRun {
  const ending = new AbortController();
  let reason: StopReason | undefined;
  return {
    runId,
    conversationId,
    signal: ending.signal,
    ended,
    isFinishing: false,
    isToldElsewhere: false,
    emit: undefined,
    stop: (why) => {
      reason ??= why;
      ending.abort();
    },
    reason: () => reason,
  };
}

// Every refusal of the app as an answer: what went wrong and what to do, and nothing of how the server is made.
import type { Logger } from "../../platform/log.ts";
import { errorKinds, MortarError, toMortarError, type ErrorCode } from "../../platform/errors.ts";
import type { ErrorAnswer } from "../contract/api.ts";
import { jsonHeaders } from "./headers.ts";

/** What is not there, and what is not for the caller: one cannot be told from the other. */
export function notFound(what: string): MortarError {
  return new MortarError("not_found", `There is no such ${what}`, {
    hint:
      what === "route"
        ? "/docs describes those that there are."
        : "It may have been deleted, or is not shared with you any more.",
  });
}

/** Marks what the app itself says of who asks: it alone answers 401 or 403 with a sign-in to be mended on this side. */
const ofIdentity = new WeakSet<MortarError>();

export function identityError(error: MortarError): MortarError {
  ofIdentity.add(error);
  return error;
}

export interface RefusalOptions {
  readonly log: Logger;
  /** On a shared server, paths of the machine are nobody's business. */
  readonly isShared: boolean;
}

/** The answer to anything thrown. What is a defect of ours is logged, and said to be one, without its words. */
export function refusal(thrown: unknown, { log, isShared }: RefusalOptions): Response {
  const error = toMortarError(thrown);
  const shown = shownError(error, { log, isShared });
  const { status } = errorKinds[error.code];
  // Without a sign-in to the workspace the request fails, though the app knows well who asks.
  const isForeign = status === 401 && !ofIdentity.has(error);
  return refusalOf(isForeign ? 424 : status, shown);
}

interface Shown {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string | undefined;
}

export function refusalOf(status: number, { code, message, hint }: Shown): Response {
  const detail = hint === undefined ? message : `${message.replace(/\.$/, "")}. ${hint}`;
  const answer: ErrorAnswer = { detail, error: { code, message, ...(hint === undefined ? {} : { hint }) } };
  return Response.json(answer, { status, headers: jsonHeaders });
}

function shownError(error: MortarError, { log, isShared }: RefusalOptions): Shown {
  if (error.code === "internal" || error.code === "bad_response") {
    log.warn(`app: ${error.message}`);
    if (error.code === "internal") return unexpected;
  }
  if (error.code === "io" && isShared) {
    log.warn(`app: ${error.message}`);
    const isFull = error.message.includes("disk is full");
    const message = isFull ? "The disk of the server is full" : "The server could not read or write its files";
    return { code: "io", message, hint: "Tell whoever runs this server; its log says more." };
  }
  return error;
}

const unexpected: Shown = {
  code: "internal",
  message: "Something went wrong in the server",
  hint: "Try again. If it happens again, the server's log says what it was: please report it.",
};

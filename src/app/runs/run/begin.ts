// The beginning of a run: everything is checked, then the message and the run are stored at once, then the agent is started.
import { MortarError, toMortarError } from "../../../platform/errors.ts";
import type { ConversationSummary, Message, Run, StartedRun, StartRun } from "../../contract/api.ts";
import type { Caller } from "../../server/caller.ts";
import { asSeenBy, chosenBy } from "../../server/own-mode.ts";
import { firstWords, untitled } from "../title.ts";
import { choose, contextIn, type Choices } from "./choices.ts";
import { placeOf } from "./finish.ts";
import { perform } from "./perform.ts";
import { createLiveRun, type Runtime } from "./runtime.ts";

/** A message is at most so long, in characters. */
export const mostMessage = 200_000;

/** A run that is stored, with all that is needed to carry it out. */
export interface BegunRun {
  readonly caller: Caller;
  readonly choices: Choices;
  readonly run: Run;
  readonly message: Message;
  /** As it was before this run. */
  readonly conversation: ConversationSummary;
  /** Whether it was made for this run. */
  readonly isNew: boolean;
  /** The title of a conversation that nobody has named, made of its first message; undefined for one that has a name. */
  readonly title: string | undefined;
}

export async function begin(runtime: Runtime, caller: Caller, request: StartRun): Promise<StartedRun> {
  if (runtime.ending.aborted) {
    throw new MortarError("unavailable", "The app is being shut down", { hint: "Send the message again in a moment." });
  }
  const place = runtime.quota.take(caller.user);
  try {
    return await started(runtime, caller, { request, free: () => place.release() });
  } catch (thrown) {
    place.release();
    throw thrown;
  }
}

interface Asked {
  readonly request: StartRun;
  /** Called when the run has ended. */
  readonly free: () => void;
}

async function started(runtime: Runtime, caller: Caller, { request, free }: Asked): Promise<StartedRun> {
  const text = messageIn(request);
  const present = await conversationOf(runtime, caller, request);
  const replaced = await positionOf(runtime, request);
  const choices = await choose(runtime, caller, { request, conversation: present });
  const { conversations } = runtime.parts.store;
  const conversation =
    present ??
    (await conversations.create(request.project_id, firstWords(text), chosenBy(contextIn(request), caller.user)));
  runtime.beginning.add(conversation.id);
  try {
    const { run, message } = await runtime.parts.store.runs.start({
      conversation_id: conversation.id,
      project_id: request.project_id,
      user: caller.user,
      engine: choices.engine.name,
      model: choices.model,
      replica: runtime.replica,
      message: { role: "user", content: text, blocks: [{ type: "text", text }] },
      ...(replaced === undefined ? {} : { replaces_position: replaced }),
    });
    const begun: BegunRun = {
      caller,
      choices,
      run,
      message,
      conversation: replaced === undefined ? conversation : { ...conversation, session_id: null },
      isNew: present === undefined,
      title: present === undefined || isUnnamed(present) ? firstWords(text) : undefined,
    };
    launch(runtime, begun, { request, free });
    return { execution_id: run.id, conversation_id: conversation.id, message_id: message.id };
  } catch (thrown) {
    // Nobody knows of it yet.
    if (present === undefined) await conversations.remove(conversation.id).catch(() => undefined);
    throw thrown;
  } finally {
    runtime.beginning.delete(conversation.id);
  }
}

function isUnnamed({ title, message_count }: ConversationSummary): boolean {
  return title === untitled && message_count === 0;
}

function launch(runtime: Runtime, begun: BegunRun, { request, free }: Asked): void {
  const ended = Promise.withResolvers<void>();
  const live = createLiveRun(placeOf(begun.run), ended.promise);
  runtime.live.set(begun.run.id, live);
  // The end of the process may have come while it was stored.
  if (runtime.ending.aborted) live.stop("interrupted");
  const remembered = begun.isNew ? {} : chosenBy(contextIn(request), begun.caller.user);
  void perform(runtime, { ...begun, remembered }, live)
    .catch((thrown: unknown) => runtime.deps.log.warn(`A run broke off: ${toMortarError(thrown).message}`))
    .finally(() => {
      runtime.live.delete(begun.run.id);
      free();
      ended.resolve();
    });
}

function messageIn({ message }: StartRun): string {
  const text = message.replaceAll("\0", "");
  if (text.trim() === "") throw new MortarError("invalid_input", "The message is empty");
  if (text.length <= mostMessage) return text;
  throw new MortarError(
    "too_large",
    `The message has ${text.length} characters, and at most ${mostMessage} can be sent`,
    {
      hint: "Put long texts into a file of the project, and name it in the message.",
    },
  );
}

async function conversationOf(
  { parts }: Runtime,
  { user }: Caller,
  request: StartRun,
): Promise<ConversationSummary | undefined> {
  const { conversation_id: id, project_id: projectId } = request;
  if (id === undefined) return undefined;
  const found = await parts.store.conversations.get(id);
  if (found?.project_id !== projectId) throw new MortarError("not_found", "There is no such conversation");
  if (found.active_run_id === null) return asSeenBy(found, user);
  throw new MortarError("conflict", "A run of this conversation is under way", {
    hint: "Wait for its end, or stop it first.",
  });
}

/** The position of the message that is taken back. */
async function positionOf({ parts }: Runtime, request: StartRun): Promise<number | undefined> {
  const { replaces_message_id: id, conversation_id: conversationId } = request;
  if (id === undefined) return undefined;
  const found = await parts.store.messages.get(id);
  if (found === undefined || found.conversation_id !== conversationId) {
    throw new MortarError("not_found", "There is no such message in this conversation");
  }
  if (found.role === "user") return found.position;
  throw new MortarError("invalid_input", "Only a message of a person can be sent again");
}

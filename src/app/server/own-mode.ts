// How an agent may work is each person's own choice: in a shared project nobody's agent goes by what another allowed his.
import type { Context } from "../contract/api.ts";
import type { ChosenContext, StoredConversation } from "../storage/store.ts";

/** The conversation as the user sees it, and as his runs go by it: without a permission mode that is not his. */
export function asSeenBy(conversation: StoredConversation, user: string): StoredConversation {
  return conversation.permission_by === user ? conversation : { ...conversation, permission_mode: null };
}

/** What is stored of a user's choice. */
export function chosenBy<T extends Context>(context: T, user: string): T & ChosenContext {
  return context.permission_mode === undefined ? context : { ...context, permission_by: user };
}

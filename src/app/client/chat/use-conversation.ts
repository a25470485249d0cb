// The store of the open conversation, for as long as it is open.
import { useEffect, useMemo, useSyncExternalStore } from "react";
import { ConversationStore, type Snapshot } from "../state/conversation-store.ts";

/** Loads and follows a conversation; leaves it when another is opened. */
export const useConversation = (
  projectId: string,
  conversationId: string,
): { readonly store: ConversationStore; readonly snapshot: Snapshot } => {
  const store = useMemo(() => new ConversationStore({ projectId, conversationId }), [projectId, conversationId]);
  useEffect(() => {
    void store.load();
    return () => store.close();
  }, [store]);
  return { store, snapshot: useSyncExternalStore(store.subscribe, store.snapshot) };
};

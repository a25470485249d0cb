// Goes to the message that a search found, however far back it is.
import { useEffect } from "react";
import type { ConversationStore } from "../state/conversation-store.ts";
import { forgetWanted, useWanted } from "../state/wanted.ts";
import { notify, notifyError } from "../ui/toast.tsx";

const shine = [{ backgroundColor: "color-mix(in srgb, var(--c-accent) 22%, transparent)" }, {}];
const shineMs = 1600;

const triesToShow = 120;

/** Goes to it as soon as it is drawn. */
const show = (messageId: string, tries = triesToShow): void => {
  const element = document.querySelector(`[data-message="${CSS.escape(messageId)}"]`);
  if (element === null) {
    if (tries > 0) requestAnimationFrame(() => show(messageId, tries - 1));
    return;
  }
  const go = (): void => {
    element.scrollIntoView({ block: "center" });
    // The list is to know at once that one reads elsewhere, or it stays at its end.
    element.closest("[data-scroll]")?.dispatchEvent(new Event("scroll"));
  };
  go();
  // What is drawn only now has another height than it was thought to have.
  requestAnimationFrame(() => requestAnimationFrame(go));
  if (!matchMedia("(prefers-reduced-motion: reduce)").matches) element.animate(shine, shineMs);
};

/** `isLoaded`: there are messages to look in. */
export const useSeek = (store: ConversationStore, conversationId: string, isLoaded: boolean): void => {
  const messageId = useWanted(conversationId);
  useEffect(() => {
    if (messageId === undefined || !isLoaded) return;
    store.seek(messageId).then(
      (isThere) => {
        forgetWanted();
        if (isThere) requestAnimationFrame(() => show(messageId));
        else notify("The message that was found is not here any more.");
      },
      (error: unknown) => {
        forgetWanted();
        notifyError(error);
      },
    );
  }, [store, messageId, isLoaded]);
};

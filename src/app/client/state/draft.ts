// What was written and not sent, kept in this browser for each conversation.

const prefix = "mortar.draft.";
const maxLength = 100_000;

/** What was left unsent; empty where nothing was. `key`: a conversation, or a project for its next one. */
export const readDraft = (key: string): string => {
  try {
    return localStorage.getItem(prefix + key) ?? "";
  } catch {
    return "";
  }
};

/** Keeps a draft; an empty one is forgotten. */
export const writeDraft = (key: string, text: string): void => {
  try {
    if (text === "") localStorage.removeItem(prefix + key);
    else localStorage.setItem(prefix + key, text.slice(0, maxLength));
  } catch {
    // A private window, or no room: it lives as long as the page.
  }
};

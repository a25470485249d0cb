// How long something has gone on.
import { durationText } from "../format.ts";
import { useNow } from "../ui/clock.ts";

/** The time since `since` (ISO 8601), counting. */
export const Elapsed = ({ since }: { readonly since: string }) => {
  const now = useNow();
  const seconds = Math.max(0, Math.floor((now - Date.parse(since)) / 1000));
  if (Number.isNaN(seconds)) return null;
  return <span className="tabular-nums">{seconds < 60 ? `${seconds} s` : durationText(seconds * 1000)}</span>;
};

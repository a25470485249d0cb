// How long something has gone on.
import { durationText } from "../format.ts";
import { useNow } from "../ui/clock.ts";

/** The time since `since` (ISO 8601), counting. */
export const Elapsed = ({ since }: { readonly since: string }) => {
  const now = useNow();
  const ms = Math.max(0, now - Date.parse(since));
  return (
    <span className="tabular-nums">
      {Number.isNaN(ms) ? "" : durationText(Math.floor(ms / 1000) * 1000).replace(".0 s", " s")}
    </span>
  );
};

// That the stream is broken, while it is: nothing is lost, and it comes back by itself.
import type { Snapshot } from "../state/conversation-store.ts";
import { Spinner } from "../ui/spinner.tsx";

export const StreamNote = ({ snapshot }: { readonly snapshot: Snapshot }) =>
  snapshot.stream === "reconnecting" && snapshot.tries > 1 ? (
    <p
      role="status"
      className="flex items-center justify-center gap-2 rounded-lg bg-warn-soft px-3 py-1.5 text-sm text-warn"
    >
      <Spinner /> The connection is gone. What the agent does goes on; this page is connecting again.
    </p>
  ) : null;

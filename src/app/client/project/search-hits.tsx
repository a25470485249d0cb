// What the words of a search are found in: the messages of all conversations of the project.
import { useEffect, useState } from "react";
import { call } from "../api.ts";
import { Link } from "../link.tsx";
import { useResource } from "../resource.ts";
import { wantMessage } from "../state/wanted.ts";
import { ErrorNote } from "../ui/empty-state.tsx";
import { Spinner } from "../ui/spinner.tsx";

const pauseMs = 250;

const useSettled = (value: string): string => {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), pauseMs);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
};

/** The places, once the typing pauses. */
export const SearchHits = ({
  projectId,
  query,
  onOpened,
}: {
  readonly projectId: string;
  readonly query: string;
  readonly onOpened: () => void;
}) => {
  const words = useSettled(query.trim());
  const { data, error, loading, reload } = useResource(words.length < 2 ? null : `${projectId}:${words}`, (signal) =>
    call("GET /api/projects/{project_id}/search", { path: { project_id: projectId }, query: { q: words }, signal }),
  );
  if (words.length < 2) return null;
  if (error !== undefined) return <ErrorNote error={error} onRetry={reload} />;
  if (loading && data === undefined)
    return (
      <p className="flex items-center gap-2 px-2.5 py-2 text-sm text-faint">
        <Spinner label="Searching" /> Searching the messages
      </p>
    );
  return (
    <section aria-label="In the messages">
      <h3 className="px-2.5 pt-3 pb-1 text-xs font-medium text-faint">In the messages</h3>
      {data === undefined || data.length === 0 ? (
        <p className="px-2.5 text-sm text-faint">Nothing was said of “{words}”.</p>
      ) : (
        <ul>
          {data.map((hit, index) => (
            <li key={`${hit.conversation_id}:${hit.message_id ?? ""}:${index}`}>
              <Link
                to={{ page: "project", projectId, view: "chat", conversationId: hit.conversation_id }}
                onClick={() => {
                  if (hit.message_id !== null) wantMessage(hit.conversation_id, hit.message_id);
                  onOpened();
                }}
                className="block rounded-lg px-2.5 py-1.5 hover:bg-hover"
              >
                <span className="block truncate text-sm font-medium">{hit.title}</span>
                <span className="line-clamp-2 text-xs break-words text-soft">{hit.excerpt}</span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
};

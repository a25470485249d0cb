// The conversations of a project: asked for often while one of them works, seldom otherwise, and not while nobody looks.
import { useEffect, useMemo } from "react";
import type { ConversationSummary } from "../../contract/api.ts";
import { call } from "../api.ts";
import { type Resource, useResource } from "../resource.ts";

const busyMs = 5000;
const idleMs = 30_000;

/** The list, newest first. */
export const useConversations = (projectId: string): Resource<readonly ConversationSummary[]> => {
  const list = useResource(`conversations:${projectId}`, (signal) =>
    call("GET /api/projects/{project_id}/conversations", { path: { project_id: projectId }, signal }),
  );
  const { reload, data } = list;
  const isBusy = useMemo(() => data?.some(({ active_run_id: run }) => run !== null) === true, [data]);
  useEffect(() => {
    const look = (): void => {
      if (document.visibilityState === "visible") reload();
    };
    const timer = setInterval(look, isBusy ? busyMs : idleMs);
    document.addEventListener("visibilitychange", look);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, [isBusy, reload]);
  return list;
};

// Where in the app one is, as the address bar says it: paths to routes, routes to paths, and moving between them.
import { useSyncExternalStore } from "react";

/** A view of a project beside its chat. */
export type ProjectView = "chat" | "files" | "skills" | "usage";

export type Route =
  | { readonly page: "home" }
  | { readonly page: "settings" }
  | { readonly page: "docs" }
  | {
      readonly page: "project";
      readonly projectId: string;
      readonly view: ProjectView;
      readonly conversationId?: string;
    }
  | { readonly page: "unknown" };

const views: readonly string[] = ["files", "skills", "usage"] satisfies ProjectView[];

const decoded = (part: string): string | undefined => {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
};

const projectRoute = (parts: readonly string[]): Route => {
  const [projectId, view, conversationId] = parts;
  if (projectId === undefined) return { page: "home" };
  if (view === undefined) return { page: "project", projectId, view: "chat" };
  if (view === "c" && conversationId !== undefined && parts.length === 3)
    return { page: "project", projectId, view: "chat", conversationId };
  if (parts.length === 2 && views.includes(view)) return { page: "project", projectId, view: view as ProjectView };
  return { page: "unknown" };
};

/** The route of a path such as `/projects/1/c/2`; `unknown` for one that is none. */
export const routeOf = (path: string): Route => {
  const parts: string[] = [];
  for (const part of path.split("/").filter((each) => each !== "")) {
    const text = decoded(part);
    if (text === undefined) return { page: "unknown" };
    parts.push(text);
  }
  const [first, ...rest] = parts;
  if (first === undefined) return { page: "home" };
  if (first === "projects") return projectRoute(rest);
  if (rest.length > 0) return { page: "unknown" };
  if (first === "settings") return { page: "settings" };
  if (first === "doc" || first === "docs-page") return { page: "docs" };
  return { page: "unknown" };
};

/** The path of a route: the inverse of `routeOf`. */
export const pathOf = (route: Route): string => {
  if (route.page === "settings") return "/settings";
  if (route.page === "docs") return "/doc";
  if (route.page !== "project") return "/";
  const base = `/projects/${encodeURIComponent(route.projectId)}`;
  if (route.view !== "chat") return `${base}/${route.view}`;
  return route.conversationId === undefined ? base : `${base}/c/${encodeURIComponent(route.conversationId)}`;
};

const moved = "mortar:moved";

/** Goes to a route; `replace` leaves no step to go back to. */
export const navigate = (route: Route, options: { readonly replace?: boolean } = {}): void => {
  const path = pathOf(route);
  if (path === location.pathname) return;
  if (options.replace === true) history.replaceState(null, "", path);
  else history.pushState(null, "", path);
  dispatchEvent(new Event(moved));
};

const subscribe = (listener: () => void): (() => void) => {
  addEventListener("popstate", listener);
  addEventListener(moved, listener);
  return () => {
    removeEventListener("popstate", listener);
    removeEventListener(moved, listener);
  };
};

let last: { readonly path: string; readonly route: Route } | undefined;

const current = (): Route => {
  if (last?.path !== location.pathname) last = { path: location.pathname, route: routeOf(location.pathname) };
  return last.route;
};

/** The route that the address bar shows, kept current. */
export const useRoute = (): Route => useSyncExternalStore(subscribe, current);

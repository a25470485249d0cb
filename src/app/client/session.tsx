// Who is signed in and which agents there are: loaded once for the whole page.
import { createContext, type ReactNode, useContext, useEffect, useMemo } from "react";
import type { EngineInfo, Me } from "../contract/api.ts";
import { call } from "./api.ts";
import { type Resource, useResource } from "./resource.ts";
import { isThemeChosen, setTheme } from "./theme.ts";

export interface Session {
  readonly me: Resource<Me>;
  readonly engines: Resource<readonly EngineInfo[]>;
}

const SessionContext = createContext<Session | null>(null);

/** Loads the session and hands it to what is within. */
export const SessionProvider = ({ children }: { readonly children: ReactNode }) => {
  const me = useResource("me", (signal) => call("GET /api/me", { signal }));
  const engines = useResource("engines", (signal) => call("GET /api/engines", { signal }));
  useEffect(() => {
    // In a browser in which nothing was chosen, what the person chose elsewhere.
    if (isThemeChosen()) return undefined;
    const abort = new AbortController();
    call("GET /api/settings", { signal: abort.signal }).then(
      ({ theme }) => {
        if (theme !== undefined && !isThemeChosen()) setTheme(theme);
      },
      () => undefined,
    );
    return () => abort.abort();
  }, []);
  const session = useMemo(
    () => ({ me, engines }),
    // What a resource has to say is in these; the object itself is new each time.
    [me.data, me.error, me.loading, engines.data, engines.error, engines.loading],
  );
  return <SessionContext value={session}>{children}</SessionContext>;
};

/** The session of the page. Throws outside of its provider: a defect of ours. */
export const useSession = (): Session => {
  const session = useContext(SessionContext);
  if (session === null) throw new Error("There is no session around this.");
  return session;
};

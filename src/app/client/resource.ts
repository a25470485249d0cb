// Something that is loaded from the server for a view: what there is of it, whether it is on its way, and what went wrong.
import { useCallback, useEffect, useRef, useState } from "react";
import type { ErrorShape } from "../contract/events.ts";
import { shapeOf } from "./http.ts";

export interface Resource<T> {
  /** What was loaded last; it stays while it is loaded again. */
  readonly data: T | undefined;
  readonly error: ErrorShape | undefined;
  readonly loading: boolean;
  readonly reload: () => void;
  /** Puts what is known to be newer in its place. */
  readonly set: (data: T) => void;
}

interface Loaded<T> {
  readonly key: string | null;
  readonly data?: T;
  readonly error?: ErrorShape;
}

/** Loads when `key` changes, and drops what comes of an older one. With `null` for a key nothing is loaded. */
export const useResource = <T>(key: string | null, load: (signal: AbortSignal) => Promise<T>): Resource<T> => {
  const [state, setState] = useState<Loaded<T>>({ key });
  const [loading, setLoading] = useState(key !== null);
  const [turn, setTurn] = useState(0);
  const loader = useRef(load);
  loader.current = load;

  useEffect(() => {
    if (key === null) return undefined;
    const abort = new AbortController();
    setLoading(true);
    loader.current(abort.signal).then(
      (data) => {
        if (abort.signal.aborted) return;
        setState({ key, data });
        setLoading(false);
      },
      (error: unknown) => {
        if (abort.signal.aborted) return;
        setState((before) => ({ ...(before.key === key ? before : {}), key, error: shapeOf(error) }));
        setLoading(false);
      },
    );
    return () => abort.abort();
  }, [key, turn]);

  const reload = useCallback(() => setTurn((before) => before + 1), []);
  const set = useCallback((data: T) => setState({ key, data }), [key]);
  const current = state.key === key ? state : { key };
  return {
    data: current.data,
    error: current.error,
    loading: loading || state.key !== key,
    reload,
    set,
  };
};

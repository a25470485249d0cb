// The titles of our tools, loaded once for the chat.
import { createContext, type ReactNode, useContext, useMemo } from "react";
import { call } from "../api.ts";
import { useResource } from "../resource.ts";
import type { ToolTitles } from "./tool-words.ts";

const none: ToolTitles = new Map();
const TitlesContext = createContext<ToolTitles>(none);

/** Loads the titles; without them tools go by their names. */
export const ToolTitlesProvider = ({ children }: { readonly children: ReactNode }) => {
  const { data } = useResource("tools", (signal) => call("GET /api/tools", { signal }));
  const titles = useMemo(() => (data === undefined ? none : new Map(data.map((tool) => [tool.name, tool]))), [data]);
  return <TitlesContext value={titles}>{children}</TitlesContext>;
};

export const useToolTitles = (): ToolTitles => useContext(TitlesContext);

// Every route of the app.
import type { Route } from "./route.ts";
import { configRoutes } from "./routes/config.ts";
import { conversationRoutes } from "./routes/conversations.ts";
import { fileRoutes } from "./routes/files.ts";
import { pickerRoutes } from "./routes/pickers.ts";
import { projectRoutes } from "./routes/projects.ts";
import { runRoutes } from "./routes/runs.ts";
import { skillRoutes } from "./routes/skills.ts";

export interface RouteGroup {
  readonly title: string;
  readonly routes: readonly Route[];
}

export const routeGroups: readonly RouteGroup[] = [
  { title: "The app and its caller", routes: configRoutes },
  { title: "Projects", routes: projectRoutes },
  { title: "Conversations", routes: conversationRoutes },
  { title: "Runs", routes: runRoutes },
  { title: "Files", routes: fileRoutes },
  { title: "Skills", routes: skillRoutes },
  { title: "Choices", routes: pickerRoutes },
];

export const routes: readonly Route[] = routeGroups.flatMap((group) => group.routes);

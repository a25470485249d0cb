// Every API that the emulator answers.
import type { Route } from "../http/route.ts";
import { identityRoutes } from "./identity.ts";
import { objectsRoutes } from "./objects.ts";

export const apiRoutes: readonly Route[] = [...objectsRoutes, ...identityRoutes];

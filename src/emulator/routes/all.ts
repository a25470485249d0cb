// Every API that the emulator answers.
import type { Route } from "../http/route.ts";
import { agentsRoutes } from "./agents.ts";
import { anthropicRoutes } from "./anthropic.ts";
import { appsRoutes } from "./apps.ts";
import { chatRoutes } from "./chat.ts";
import { clustersRoutes } from "./clusters.ts";
import { contextsRoutes } from "./contexts.ts";
import { otelRoutes } from "./gateway-otel.ts";
import { dataQualityRoutes } from "./data-quality.ts";
import { databaseRoutes } from "./database.ts";
import { dbfsRoutes } from "./dbfs.ts";
import { directoriesRoutes } from "./directories.ts";
import { filesRoutes } from "./files.ts";
import { geminiRoutes } from "./gemini.ts";
import { genieRoutes } from "./genie.ts";
import { identityRoutes } from "./identity.ts";
import { jobsRoutes } from "./jobs.ts";
import { lakeviewRoutes } from "./lakeview.ts";
import { managedMcpRoutes } from "./managed-mcp.ts";
import { mlflowRoutes } from "./mlflow.ts";
import { modelServicesRoutes } from "./model-services.ts";
import { objectsRoutes } from "./objects.ts";
import { pipelinesRoutes } from "./pipelines.ts";
import { policiesRoutes } from "./policies.ts";
import { postgresRoutes } from "./postgres.ts";
import { presignedRoutes } from "./presigned.ts";
import { queryHistoryRoutes } from "./query-history.ts";
import { reposRoutes } from "./repos.ts";
import { responsesRoutes } from "./responses.ts";
import { runsRoutes } from "./runs.ts";
import { secretsRoutes } from "./secrets.ts";
import { servingRoutes } from "./serving.ts";
import { statementsRoutes } from "./statements.ts";
import { unityCatalogRoutes } from "./unity-catalog.ts";
import { unityCatalogsRoutes } from "./unity-catalogs.ts";
import { unityConnectionsRoutes } from "./unity-connections.ts";
import { unityGrantsRoutes } from "./unity-grants.ts";
import { unityLeavesRoutes } from "./unity-leaves.ts";
import { unityMonitorsRoutes } from "./unity-monitors.ts";
import { unitySharingRoutes } from "./unity-sharing.ts";
import { unityStorageRoutes } from "./unity-storage.ts";
import { vectorSearchRoutes } from "./vector-search.ts";
import { warehousesRoutes } from "./warehouses.ts";

export const apiRoutes: readonly Route[] = [
  ...objectsRoutes,
  ...identityRoutes,
  ...jobsRoutes,
  ...runsRoutes,
  ...clustersRoutes,
  ...policiesRoutes,
  ...contextsRoutes,
  ...anthropicRoutes,
  ...responsesRoutes,
  ...chatRoutes,
  ...geminiRoutes,
  ...modelServicesRoutes,
  ...otelRoutes,
  ...mlflowRoutes,
  ...warehousesRoutes,
  ...statementsRoutes,
  ...unityCatalogRoutes,
  ...unityCatalogsRoutes,
  ...unityLeavesRoutes,
  ...unityGrantsRoutes,
  ...unityStorageRoutes,
  ...unityConnectionsRoutes,
  ...unitySharingRoutes,
  ...unityMonitorsRoutes,
  ...dataQualityRoutes,
  ...filesRoutes,
  ...presignedRoutes,
  ...directoriesRoutes,
  ...secretsRoutes,
  ...reposRoutes,
  ...databaseRoutes,
  ...dbfsRoutes,
  ...queryHistoryRoutes,
  ...appsRoutes,
  ...lakeviewRoutes,
  ...managedMcpRoutes,
  ...genieRoutes,
  ...agentsRoutes,
  ...servingRoutes,
  ...vectorSearchRoutes,
  ...postgresRoutes,
  ...pipelinesRoutes,
];

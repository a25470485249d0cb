// The toolset serving as it is listed. Made by the tests of the golden files.
import type { ListedTool } from "../listed-tool.ts";
import createServingEndpoint from "./create_serving_endpoint.json";
import deleteServingEndpoint from "./delete_serving_endpoint.json";
import getServingEndpoint from "./get_serving_endpoint.json";
import getServingLogs from "./get_serving_logs.json";
import getServingMetrics from "./get_serving_metrics.json";
import invokeServingEndpoint from "./invoke_serving_endpoint.json";
import listServingEndpoints from "./list_serving_endpoints.json";
import updateServingEndpoint from "./update_serving_endpoint.json";

export const servingGolden: readonly ListedTool[] = [
  listServingEndpoints,
  getServingEndpoint,
  invokeServingEndpoint,
  createServingEndpoint,
  updateServingEndpoint,
  deleteServingEndpoint,
  getServingLogs,
  getServingMetrics,
];

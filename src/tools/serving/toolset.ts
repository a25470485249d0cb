// The serving toolset, in the catalog's order.
import type { Tool } from "../define.ts";
import {
  createServingEndpoint,
  deleteServingEndpoint,
  getServingEndpoint,
  listServingEndpoints,
  updateServingEndpoint,
} from "./endpoints.ts";
import { invokeServingEndpoint } from "./invoke-serving-endpoint.ts";
import { getServingLogs, getServingMetrics } from "./logs-and-metrics.ts";

export const servingToolset: readonly Tool[] = [
  listServingEndpoints,
  getServingEndpoint,
  invokeServingEndpoint,
  createServingEndpoint,
  updateServingEndpoint,
  deleteServingEndpoint,
  getServingLogs,
  getServingMetrics,
];

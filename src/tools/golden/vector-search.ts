// The toolset vector_search as it is listed. Made by the tests of the golden files.
import type { ListedTool } from "../listed-tool.ts";
import createVectorIndex from "./create_vector_index.json";
import createVectorSearchEndpoint from "./create_vector_search_endpoint.json";
import deleteVectorIndex from "./delete_vector_index.json";
import deleteVectorRows from "./delete_vector_rows.json";
import deleteVectorSearchEndpoint from "./delete_vector_search_endpoint.json";
import getVectorIndex from "./get_vector_index.json";
import getVectorSearchEndpoint from "./get_vector_search_endpoint.json";
import listVectorIndexes from "./list_vector_indexes.json";
import listVectorRows from "./list_vector_rows.json";
import listVectorSearchEndpoints from "./list_vector_search_endpoints.json";
import queryVectorIndex from "./query_vector_index.json";
import syncVectorIndex from "./sync_vector_index.json";
import upsertVectorRows from "./upsert_vector_rows.json";

export const vectorSearchGolden: readonly ListedTool[] = [
  listVectorSearchEndpoints,
  getVectorSearchEndpoint,
  createVectorSearchEndpoint,
  deleteVectorSearchEndpoint,
  listVectorIndexes,
  getVectorIndex,
  createVectorIndex,
  deleteVectorIndex,
  syncVectorIndex,
  queryVectorIndex,
  listVectorRows,
  upsertVectorRows,
  deleteVectorRows,
];

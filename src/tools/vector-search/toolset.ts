// The vector_search toolset, in the catalog's order.
import type { Tool } from "../define.ts";
import { createVectorIndex } from "./create-vector-index.ts";
import {
  createVectorSearchEndpoint,
  deleteVectorSearchEndpoint,
  getVectorSearchEndpoint,
  listVectorSearchEndpoints,
} from "./endpoints.ts";
import { deleteVectorIndex, getVectorIndex, listVectorIndexes, syncVectorIndex } from "./indexes.ts";
import { queryVectorIndex } from "./query-vector-index.ts";
import { deleteVectorRows, listVectorRows, upsertVectorRows } from "./rows.ts";

export const vectorSearchToolset: readonly Tool[] = [
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

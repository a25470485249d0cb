// The toolset vector_search: its tools by name, in the order in which they are listed. Made by the tests of the golden files.
import type { ToolsetEntries } from "../entry.ts";

export const vectorSearchEntries: ToolsetEntries = {
  usual: [
    ["list_vector_search_endpoints", "read", "List vector search endpoints"],
    ["get_vector_search_endpoint", "read", "Get a vector search endpoint"],
    ["create_vector_search_endpoint", "write", "Create a vector search endpoint"],
    ["delete_vector_search_endpoint", "destructive", "Delete a vector search endpoint"],
    ["list_vector_indexes", "read", "List vector indexes"],
    ["get_vector_index", "read", "Get a vector index"],
    ["create_vector_index", "write", "Create a vector index"],
    ["delete_vector_index", "destructive", "Delete a vector index"],
    ["sync_vector_index", "write", "Sync a vector index"],
    ["query_vector_index", "read", "Search a vector index"],
    ["list_vector_rows", "read", "List rows of a vector index"],
    ["upsert_vector_rows", "destructive", "Put rows into a vector index"],
    ["delete_vector_rows", "destructive", "Delete rows of a vector index"],
  ],
};

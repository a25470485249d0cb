// Why a search or a fetch gave nothing: a code for the client, and words for the model.

/** platform.claude.com, "Web search tool" and "Web fetch tool": the error codes of their result blocks. */
export type RefusalCode =
  | "invalid_tool_input"
  | "unavailable"
  | "max_uses_exceeded"
  | "too_many_requests"
  | "query_too_long"
  | "url_too_long"
  | "url_not_allowed"
  | "url_not_in_prior_context"
  | "url_not_accessible"
  | "unsupported_content_type"
  | "content_too_large";

/** Thrown where a tool cannot give what the model asked for. Its message is for the model: what is wrong, what may help. */
export class WebRefusal extends Error {
  readonly code: RefusalCode;

  constructor(code: RefusalCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

// A page for people where an API answers: a sign-in, a company's notice, another host.

/** Whether the answer says that it is one. No API of a workspace's models answers with a page, and none is read to tell. */
export function isWebPage({ headers }: Pick<Response, "headers">): boolean {
  const type = headers.get("content-type");
  return type !== null && /^\s*(?:text\/html|application\/xhtml\+xml)\b/i.test(type);
}

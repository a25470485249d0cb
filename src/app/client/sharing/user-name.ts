// Whether a name can be one of a workspace's users, before the server is asked.

/** What is wrong with it; undefined where nothing is. A service principal's name is its application's id. */
export function userProblem(name: string, self: string | undefined): string | undefined {
  if (name === "") return "Write the user name, as a rule an email address.";
  if (name === self?.toLowerCase()) return "The project is yours already.";
  if (name.length > 320 || /[\s/\\]/.test(name) || /\p{Cc}/u.test(name)) return "This is not a user name.";
  const isPrincipal = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(name);
  if (!isPrincipal && !/^[^@]+@[^@]+$/.test(name)) return "Write the whole user name, with what is after the @.";
  return undefined;
}

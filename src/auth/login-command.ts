// The command that signs in, for hints: whoever reads one should be able to copy it.

/** The command that signs in to `host`, as `profile` where there is one. */
export function loginCommand({ host, profile }: { readonly host: string; readonly profile: string }): string {
  return profile === "" ? `mortar auth login --host ${host}` : `mortar auth login ${shellWord(profile)}`;
}

function shellWord(word: string): string {
  return /^[A-Za-z0-9_./-]+$/.test(word) ? word : JSON.stringify(word);
}

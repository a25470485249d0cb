#!/bin/sh
# Run at each sign-in of a user by the MDM (Jamf, Kandji, Intune), with the user's rights: signs in to the workspace before
# Claude Desktop asks for a token, so that no browser opens in the middle of something else.
#
#   user-init.sh WORKSPACE_URL PROFILE
set -eu
host=${1:?the address of the workspace is missing}
profile=${2:?the name of the profile is missing}
mortar=/usr/local/bin/mortar
[ -x "$mortar" ] || mortar=$(command -v mortar) || {
  printf 'error: mortar is not installed\n' >&2
  exit 1
}
if [ "$(id -u)" = 0 ]; then
  printf 'error: this is for the user, and not for root: their sign-in would be nobody'"'"'s\n' >&2
  exit 1
fi
# Does nothing where the sign-in works already. Its prompts have nobody to answer them here.
exec "$mortar" auth login --host "$host" --profile "$profile" </dev/null

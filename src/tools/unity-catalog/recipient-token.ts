// How a recipient gets at its token: by a link that works once. It is as good as the token, so it is told to nobody here.
export const activationHint =
  "The activation link is a credential and is not shown here: copy it from Catalog Explorer, Delta Sharing, Shared by me, the recipient's page, and send it to them safely.";

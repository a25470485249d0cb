// The least that a compiled binary can do: the floor of every start-up figure.
process.stdout.write("bare\n");

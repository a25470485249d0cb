// The least that a compiled binary can do: the floor of every start-up figure.
console.log("bare");

"""One router an actor. Handlers parse, authorise, call one action and answer."""

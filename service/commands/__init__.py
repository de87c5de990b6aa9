"""The commands of `panah`, a room each. Nothing here decides: it reads files, asks the rules, prints."""

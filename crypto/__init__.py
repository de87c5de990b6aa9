"""The protocol of crypto/SPEC.md. Knows nothing of the web or of a database."""

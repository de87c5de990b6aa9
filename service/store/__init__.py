"""Everything that knows the database: tables, the writer (the only commit), reads."""

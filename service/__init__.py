"""The service: FastAPI over one writer, pages for the browser."""

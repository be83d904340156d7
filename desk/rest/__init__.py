"""The REST API under /api/v1: routes that describe themselves, so that the OpenAPI description cannot lie."""

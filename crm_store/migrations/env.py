"""How Alembic meets the store: on the connection and in the transaction that ``crm_store.schema`` holds."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()

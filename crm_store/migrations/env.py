"""How Alembic meets the store: on the connection and in the transaction that ``crm_store.schema`` holds."""

from alembic import context

from crm_store.models import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
with context.begin_transaction():
    context.run_migrations()

"""Names kept by language, as the store reads them: to sort and to filter by what a reader sees."""

from typing import Any

from sqlalchemy import Text, func
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from conversation.language import form_order
from conversation.messages import Language


class _form(FunctionElement[str]):  # noqa: N801  # reads as a function in a query
    """One language's form; NULL where there is none."""

    type = Text()
    inherit_cache = False  # the language is written into the statement

    def __init__(self, column: Any, language: Language) -> None:
        super().__init__(column)
        self.language = language


@compiles(_form, "sqlite")
def _on_sqlite(element: _form, compiler: SQLCompiler, **kw: Any) -> str:
    return f"json_extract({compiler.process(element.clauses, **kw)}, '$.{element.language}')"


@compiles(_form, "postgresql")
def _on_postgres(element: _form, compiler: SQLCompiler, **kw: Any) -> str:
    return f"({compiler.process(element.clauses, **kw)} ->> '{element.language}')"


def form_of(column: Any, language: Language) -> Any:
    """``conversation.language.form_in`` of a column, worked out by the store."""
    return func.coalesce(*(_form(column, one) for one in form_order(language)), type_=Text())

"""Services out of a table: a price list becomes the catalogue, and a newer one corrects it."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from business.booking.catalogue import EDIT, ServiceWish, add_group, add_service, change_service
from business.booking.changes import tell
from business.exchange.headings import fold_heading
from business.exchange.tables import TableLimits, read_lines, sniff
from business.exchange.uploads import Uploads
from business.money import currency_of, parse_money
from business.team import rights
from business.team.staff import Publish
from conversation.errors import Rejected
from conversation.language import LANGUAGES, parse_tag
from conversation.messages import Agent, Json, Language
from crm_store import Tx, resources, services
from crm_store.engine import Store
from crm_store.rows import AnyRow

MOST_ROWS: Final = 5_000
_BATCH: Final = 50
_PROBLEMS: Final = 200
_WORDS: Final = {
    "name": "name|service|service name|title|название|наименование|услуга|անվանում|անուն|ծառայություն|სახელი|დასახელება"
    "|მომსახურება|атауы|қызмет|қызмет атауы",
    "group": "group|category|группа|категория|раздел|խումբ|կատեգորիա|ჯგუფი|კატეგორია|топ|санат",
    "duration_min": "duration|minutes|duration minutes|length|длительность|длительность мин|минут|продолжительность"
    "|время|տևողություն|րոպե|ხანგრძლივობა|წუთი|ұзақтығы|минуты",
    "price": "price|cost|цена|стоимость|գին|արժեք|ფასი|ღირებულება|баға|бағасы",
    "code": "code|код|կոդ|კოდი|коды",
    "barcode": "barcode|ean|штрихкод|штрих код|շտրիխկոդ|შტრიხკოდი",
    "article": "article|sku|артикул|արտիկուլ|არტიკული",
    "capacity": "seats|capacity|places|мест|места|количество мест|տեղեր|ადგილები|орын|орын саны",
    "buffer_before_min": "before|free before|свободно до|ազատ առաջ|მანამდე|алдында",
    "buffer_after_min": "after|free after|свободно после|ազատ հետո|შემდეგ|кейін",
    "description": "description|about|описание|նկարագրություն|აღწერა|сипаттама",
    "promotion": "promotion|акция|ակցիա|აქცია",
}
_TARGETS: Final = {fold_heading(word): target for target, words in _WORDS.items() for word in words.split("|")}
_BY_LANGUAGE: Final = re.compile(r"(name|description)[ _-]([a-z]{2})")
_NUMBERS: Final = {"duration_min": 1, "capacity": 1, "buffer_before_min": 0, "buffer_after_min": 0}


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row was left out: the text's key and its fields."""

    row: int
    key: str
    fields: Mapping[str, object]


@dataclass(slots=True)
class Outcome:
    """What came of a file; ``problems``: the first of them."""

    added: int = 0
    changed: int = 0
    left_out: int = 0
    problems: list[Problem] = field(default_factory=list)
    resource_ids: set[int] = field(default_factory=set)


class _CheckedError(Exception):
    """Ends a transaction that was only tried."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__("only tried")
        self.outcome = outcome


class ServiceImport:
    """Takes price lists. ``country``: the firm's, for the currency of prices."""

    def __init__(self, store: Store, uploads: Uploads, publish: Publish, country: str) -> None:
        self._store = store
        self._uploads = uploads
        self._publish = publish
        self._currency = currency_of(country)

    async def take(
        self, actor: Agent | None, chunks: AsyncIterator[bytes], language: Language, remote: str, *, check: bool
    ) -> Outcome:
        """Reads CSV, XLSX or JSON lines with a row of headings. A service of the same code, barcode or name is
        corrected by what its row says, others are added; rows that cannot be understood are left out and told of.
        Names are in ``language`` unless the heading says another (``name_ru``). ``check``: nothing is kept. ``actor``
        of None: whoever holds the machine.

        Raises Rejected for a file that is no such table.
        """
        kept = await self._uploads.keep(chunks)
        try:
            columns, rows = await asyncio.to_thread(self._read, kept, language)
        finally:
            self._uploads.drop(kept)
        outcome = Outcome()
        for start in range(0, len(rows), _BATCH):
            batch = rows[start : start + _BATCH]

            def op(tx: Tx, batch: Sequence[tuple[int, list[str]]] = batch) -> Outcome:
                doer = None if actor is None else rights.require_now(tx, actor, EDIT)
                done = self._apply(tx, doer, columns, batch, language, remote)
                if check:
                    raise _CheckedError(done)
                return done

            try:
                done = await self._store.writer.run(op, lambda done: tell(self._publish, done.resource_ids))
            except _CheckedError as tried:
                done = tried.outcome
            outcome.added += done.added
            outcome.changed += done.changed
            outcome.left_out += done.left_out
            outcome.problems += done.problems[: max(0, _PROBLEMS - len(outcome.problems))]
        return outcome

    def _read(self, kept: str, language: Language) -> tuple[dict[int, str], list[tuple[int, list[str]]]]:
        path = self._uploads.path(kept)
        lines = list(read_lines(path, sniff(path), TableLimits(MOST_ROWS)))
        columns = _columns(lines[0][1], language) if lines else {}
        if not any(target.startswith("name.") for target in columns.values()):
            raise Rejected("invalid", "catalogue.import_no_name", field="file")
        return columns, lines[1:]

    def _apply(
        self,
        tx: Tx,
        doer: Agent | None,
        columns: dict[int, str],
        rows: Sequence[tuple[int, list[str]]],
        language: Language,
        remote: str,
    ) -> Outcome:
        outcome = Outcome()
        known, groups = (
            _Known(tx),
            {_fold(form): row.id for row in services.list_groups(tx) for form in row.name.values()},
        )
        for number, cells in rows:
            found = {
                target: cells[at].strip() for at, target in columns.items() if at < len(cells) and cells[at].strip()
            }
            try:
                values = self._values(found)
                group = found.get("group")
                service_id = known.find(values)
                if group is not None:
                    if _fold(group) not in groups:
                        groups[_fold(group)] = add_group(tx, doer, {"name": {language: group}}, remote).id
                    values["group_id"] = groups[_fold(group)]
                if service_id is None:
                    values.setdefault("duration_min", 60)
                    known.learn(add_service(tx, doer, ServiceWish(values), self._currency, remote).row)
                    outcome.added += 1
                else:
                    wish = ServiceWish(known.merged(service_id, values))
                    before, after = change_service(tx, doer, service_id, wish, self._currency, remote)
                    outcome.resource_ids |= before.resource_ids | after.resource_ids
                    outcome.changed += before.row != after.row
                    known.learn(after.row)
            except Rejected as error:
                outcome.left_out += 1
                outcome.problems.append(Problem(number, error.text_key, error.fields))
        resources.bump_versions(tx, outcome.resource_ids)
        return outcome

    def _values(self, found: dict[str, str]) -> dict[str, Json]:
        values: dict[str, Json] = {}
        for target, cell in found.items():
            base, _, language = target.partition(".")
            if language:
                forms = values.setdefault(base, {})
                if isinstance(forms, dict):
                    forms[language] = cell
            elif target in _NUMBERS:
                values[target] = _number(cell, target)
            elif target == "price":
                try:
                    money = parse_money(cell, self._currency)
                except ValueError:
                    raise Rejected("invalid", "catalogue.import_price", value=cell) from None
                values["price_minor"], values["currency"] = money.minor, money.currency
            elif target != "group":
                values[target] = cell[:500] if target == "promotion" else cell[:64]
        return values


class _Known:
    """The services there are, by what a row may name them by."""

    def __init__(self, tx: Tx) -> None:
        self._rows: dict[int, AnyRow] = {}
        self._ids: dict[tuple[str, str], int] = {}
        for row in services.list_live(tx):
            self.learn(row)

    def learn(self, row: AnyRow) -> None:
        self._rows[row.id] = row
        for mark in ("code", "barcode"):
            if getattr(row, mark):
                self._ids[mark, getattr(row, mark)] = row.id
        for form in row.name.values():
            self._ids.setdefault(("name", _fold(form)), row.id)

    def find(self, values: dict[str, Json]) -> int | None:
        for mark in ("code", "barcode"):
            given = values.get(mark)
            if isinstance(given, str) and (mark, given) in self._ids:
                return self._ids[mark, given]
        names = values.get("name")
        forms = [str(form) for form in names.values()] if isinstance(names, dict) else []
        return next((self._ids["name", _fold(form)] for form in forms if ("name", _fold(form)) in self._ids), None)

    def merged(self, service_id: int, values: dict[str, Json]) -> dict[str, Json]:
        row = self._rows[service_id]
        merged = dict(values)
        for column in ("name", "description"):
            given = values.get(column)
            if isinstance(given, dict):
                merged[column] = {**getattr(row, column), **given}
        return merged


def _columns(headings: Sequence[str], language: Language) -> dict[int, str]:
    columns: dict[int, str] = {}
    for at, heading in enumerate(headings):
        of_language = _BY_LANGUAGE.fullmatch(heading.strip().lower())
        tag = parse_tag(of_language[2]) if of_language else None
        target = f"{of_language[1]}.{tag}" if of_language and tag in LANGUAGES else _TARGETS.get(fold_heading(heading))
        if target in ("name", "description"):
            target = f"{target}.{language}"
        if target is not None and target not in columns.values():
            columns[at] = target
    return columns


def _number(cell: str, target: str) -> int:
    digits = re.match(r"\d{1,5}", cell)
    number = int(digits[0]) if digits else -1
    least, most = _NUMBERS[target], 1000 if target == "capacity" else 1440
    if not least <= number <= most:
        raise Rejected("invalid", "catalogue.import_number", value=cell)
    return number


def _fold(text: str) -> str:
    return " ".join(text.casefold().split())

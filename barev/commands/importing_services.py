"""What ``barev import services`` does: a price list out of a file becomes the catalogue, or corrects it."""

import argparse
import sys

from barev.commands.common import fail, read_settings
from barev.commands.importing import read_file
from barev.exchange import make_imports
from barev.opening import open_founded, to_languages
from barev.serve import ServeError, run
from barev.settings import Settings
from business.exchange.services import ServiceImport
from conversation.errors import BarevError, Rejected
from conversation.language import LANGUAGES
from conversation.messages import Language
from conversation.texts import Catalogue
from conversation.wire import error_text


def import_services(parsed: argparse.Namespace) -> int:
    """Imports a price list; the exit status."""
    settings = read_settings(parsed)
    if not parsed.file.is_file():
        return fail(f"no file {str(parsed.file)!r}", 2)
    try:
        return run(_import(settings, parsed))
    except ServeError as error:
        return fail(str(error))
    except BarevError as error:
        return fail(error_text(Catalogue(), "en", error), 2 if isinstance(error, Rejected) else 1)
    except OSError as error:
        return fail(f"{parsed.file}: {error.strerror or error}")


async def _import(settings: Settings, parsed: argparse.Namespace) -> int:
    store, _ = await open_founded(settings)
    try:
        named: Language = next((one for one in LANGUAGES if one == parsed.language), to_languages(settings)[0])
        uploads = make_imports(settings, store).uploads
        lists = ServiceImport(store, uploads, lambda _: None, settings.business.country)
        done = await lists.take(None, read_file(parsed.file), named, "", check=parsed.dry_run)
        would = "would be " if parsed.dry_run else ""
        sys.stdout.write(
            f"services: {would}added {done.added}, {would}changed {done.changed}, left out {done.left_out}\n"
        )
        texts = Catalogue()
        for problem in done.problems:
            sys.stdout.write(f"row {problem.row}: {texts.get('en', problem.key, **problem.fields)}\n")
        return 0
    finally:
        await store.close()

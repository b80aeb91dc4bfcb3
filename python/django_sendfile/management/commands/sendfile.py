"""``manage.py sendfile``: the command line ``xsendfile``, with the settings of the site."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser, handle_default_options

from django_sendfile import command


class Command(BaseCommand):
    help = "The server in front of this site: its configuration, and a check that proves it."
    # `config` and `check` say themselves what is wrong with a setting.
    requires_system_checks: list[str] = []  # noqa: RUF012  as Django has it

    def run_from_argv(self, argv: list[str]) -> None:
        """Everything but Django's own options goes to the program, which has its own --help."""
        own = CommandParser(add_help=False, allow_abbrev=False)
        own.add_argument("--settings")
        own.add_argument("--pythonpath")
        options, arguments = own.parse_known_args(argv[2:])
        handle_default_options(options)
        raise SystemExit(command.run(arguments, _program(argv), sys.stdout, sys.stderr))

    def print_help(self, prog_name: str, subcommand: str) -> None:
        """For ``manage.py help sendfile``."""
        command.run(["--help"], _program([prog_name, subcommand]), sys.stdout, sys.stderr)

    def add_arguments(self, parser: CommandParser) -> None:
        """For ``call_command``."""
        parser.add_argument("arguments", nargs=argparse.REMAINDER)

    def handle(self, *args: Any, **options: Any) -> None:
        status = command.run(options["arguments"], "manage.py sendfile", self.stdout, self.stderr)
        if status:
            raise CommandError(f"sendfile ended with status {status}", returncode=status)


def _program(argv: list[str]) -> str:
    name = argv[0].rpartition("/")[2]
    return f"{'python -m django' if name == '__main__.py' else name} {argv[1]}"

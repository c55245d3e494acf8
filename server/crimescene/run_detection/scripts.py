"""How Ruby and PHP are run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.run_detection.surroundings import Command

if TYPE_CHECKING:
    from crimescene.run_detection.surroundings import Case, Rule


def _ruby(case: Case) -> Command | None:
    bundle = ("bundle", "exec") if case.text("Gemfile") is not None else ()
    if case.path.endswith("_spec.rb"):
        return Command((*bundle, "rspec", case.path), "", "a spec of RSpec")
    if case.in_test and case.text("bin/rails") is not None:
        return Command(("bin/rails", "test", case.path), "", "a test file of Rails")
    return Command((*bundle, "ruby", *(("-Itest",) if case.in_test else ()), case.path), "", "a Ruby file")


def _php(case: Case) -> Command | None:
    if case.in_test:
        for name in ("pest", "phpunit"):
            own = case.program(f"vendor/bin/{name}")
            if own is not None:
                return Command((own, case.path), "", f"a test file of {name}")
    return Command(("php", case.path), "", "a PHP file")


RUBY: tuple[Rule, ...] = (_ruby,)
PHP: tuple[Rule, ...] = (_php,)

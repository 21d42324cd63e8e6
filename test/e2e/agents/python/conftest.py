"""Leaves out the tests that langchain_deselected.toml names, and no other."""

import tomllib
from pathlib import Path

import pytest

DESELECTED = tomllib.loads(Path(__file__).with_name("langchain_deselected.toml").read_text(encoding="utf-8"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = [item for item in items if item.originalname in reasons(item)]
    found = {(item.cls.__name__, item.originalname) for item in left_out}
    stale = [
        f"{case} of {name}"
        for name in {item.cls.__name__ for item in items}
        for case in {**DESELECTED["every"], **DESELECTED[name]}
        if (name, case) not in found
    ]
    if stale:
        raise pytest.UsageError(f"langchain_deselected.toml names what is no test: {', '.join(sorted(stale))}")
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


def reasons(item: pytest.Item) -> dict[str, str]:
    return {**DESELECTED["every"], **DESELECTED[item.cls.__name__]}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport():
    """A test that skips itself is one that nobody decided to leave out."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
    return report

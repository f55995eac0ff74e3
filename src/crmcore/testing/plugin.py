"""The pytest plug-in, found by its entry point: makes the kit's assertions show the values they compared."""

import pytest

# Not the package itself: importing this plug-in has imported it already.
pytest.register_assert_rewrite(
    *(f"crmcore.testing.{part}" for part in ("checks", "differential", "fixtures", "kit", "sessions"))
)


def pytest_configure(config: pytest.Config) -> None:
    """Register the mark that all checks of the kit carry, so that ``-m store_kit`` selects them."""
    config.addinivalue_line("markers", "store_kit: a check of crmcore's promise that every store makes")

from __future__ import annotations

from pathlib import Path

import pytest

from recsql.errors import ConfigError
from recsql.project import locate


def test_the_library_is_beside_the_package_in_a_wheel_and_above_it_in_a_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "site" / "recsql"
    package.mkdir(parents=True)
    monkeypatch.setattr(locate, "_PACKAGE", package)
    assert locate.builtin_root() == tmp_path / "site"
    (package / "_builtin").mkdir()
    assert locate.builtin_root() == package / "_builtin"


def test_the_projects_file_is_recsql_yml(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no recsql\.yml in"):
        locate.project_file(tmp_path)
    (tmp_path / "recsql.yml").write_text("", encoding="utf-8")
    assert locate.project_file(tmp_path) == tmp_path / "recsql.yml"

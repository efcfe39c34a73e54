"""Writing a file does not wait for what only reading needs."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    "module",
    ["project_text", "history_export", "csv_import", "safe_write", "stamp"],
)
def test_pydantic_is_imported_for_reading_projects_only(module):
    code = f"import sys, bpsim.storage.{module}; assert 'pydantic' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

"""Makes a file's name of a project's name, one that every system takes."""

import re

ENDING = ".bpsim.json"
_MOST_BYTES = 80
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)


def file_name(name: str) -> str:
    """Return a file's name for a project: ``House prices.bpsim.json``."""
    plain = " ".join(_FORBIDDEN.sub(" ", name).split()).strip(". ")
    # The end of a long name may cut through a character.
    plain = plain.encode()[:_MOST_BYTES].decode(errors="ignore").rstrip(". ")
    if _RESERVED.fullmatch(plain):
        plain = f"{plain} project"
    return (plain or "project") + ENDING

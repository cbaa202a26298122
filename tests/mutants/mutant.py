"""A fault, and how it gets into the sources: dormant, until the environment names it."""

import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Mutant:
    """A fault, by name: with MUTANT=name in the environment each old statement becomes the new one."""

    name: str
    file: str  # beneath cpp/include/implicitbias (.hpp) or python/implicitbias (.py)
    edits: tuple[tuple[str, str], ...]
    caught_by: str  # keys of statements whose verdict is another under the fault: "thm1, thm5-start"

    @property
    def path(self) -> str:
        return (
            "cpp/include/implicitbias/" if self.file.endswith(".hpp") else "python/implicitbias/"
        ) + self.file

    @property
    def catchers(self) -> list[str]:
        return self.caught_by.split(", ")

    def plant(self, folder: Path) -> None:
        """Put the fault, dormant, into the sources beneath a folder."""
        file = folder / self.path
        for old, new in self.edits:
            text = file.read_text()
            count = text.count(old)
            assert count == 1, f"{file}: expected {old!r} once, found it {count} times"
            if file.suffix == ".hpp":
                replacement = f'if (mutant("{self.name}")) {{ {new} }} else {{ {old} }}'
            else:
                indent = re.search(rf"^( *){re.escape(old)}", text, re.M)[1]
                condition = f'if __import__("os").environ.get("MUTANT") == "{self.name}":'
                replacement = f"{condition}\n{indent}    {new}\n{indent}else:\n{indent}    {old}"
            file.write_text(text.replace(old, replacement))

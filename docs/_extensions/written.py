"""Generated files, written where they have changed."""


def write(folder, pages):
    """Write texts by name into a folder, and take files of other names of the same kinds out of it."""
    folder.mkdir(parents=True, exist_ok=True)
    kinds = {name.rpartition(".")[2] for name in pages}
    for old in folder.iterdir():
        if old.suffix[1:] in kinds and old.name not in pages:
            old.unlink()
    for name, text in pages.items():
        file = folder / name
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")

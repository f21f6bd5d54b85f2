"""The models of one system, for tests that need no others.

With ASan a build of all models takes seconds even where it builds nothing.
"""

import functools
import re


@functools.cache
def files_of(root, system, *also):
    """Views, staging, checks and raw contract of `system`, and all models that
    these and the models `also` need. The questions of `github` are in
    views/cicd."""
    models = {}
    for path in sorted((root / "sql").rglob("*.sql")):
        if path.parent.name not in ("raw", "checks"):
            models.setdefault(path.name.split(".")[0], []).append(path)
    contracts = {path.stem: path for path in (root / "sql/raw").glob("*.sql")}
    views = {"github": "cicd"}.get(system, system)
    found = {*(root / "views" / views).glob("*.sql"), *models["dim_date"],
             *(root / "sql/staging" / system).glob("*.sql"), contracts[system],
             *(root / "sql/checks").glob(f"{system}.sql")}
    for name in also:
        found.update(models[name])
    unread = list(found)
    while unread:
        for word in set(re.findall(r"\w+", unread.pop().read_text())):
            new = set(models.get(word, ()))
            contract = re.match(r"raw_(\w+?)__\w", word)
            if contract and contract[1] in contracts:
                new.add(contracts[contract[1]])
            unread += new - found
            found |= new
    return sorted(found)


def link_models(root, folder, system, *also):
    """Makes `sql/` and `views/` of a project in `folder`, as links."""
    for file in files_of(root, system, *also):
        target = folder / file.relative_to(root)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.symlink_to(file)

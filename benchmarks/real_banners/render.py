"""Render the pages that packages from PyPI make on the server: python render.py FOLDER.

`pip install --no-deps --target pypi -r pypi.txt` brings those for Django; a page `NAME.django` begins with a comment that
holds, in TOML, what its site has in its settings. `pip install --target pypi-mkdocs mkdocs-material==9.8.2` brings MkDocs, for
a folder `NAME` with an `mkdocs.yml`.
"""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).parent


def main() -> None:
    """Render every page of a folder in a process of its own, for Django is set up once."""
    folder = Path(sys.argv[1])
    if len(sys.argv) > 2:
        rendered(folder, sys.argv[2])
        return
    for page in sorted(folder.glob("*.django")):
        subprocess.run([sys.executable, __file__, str(folder), page.stem], check=True)
    for site in sorted(folder.glob("*/mkdocs.yml")):
        words = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--config-file", str(site)]
        words += ["--site-dir", str((folder / "built" / site.parent.name).resolve())]
        subprocess.run(words, check=True, env={**os.environ, "PYTHONPATH": str(HERE / "pypi-mkdocs")})


def rendered(folder: Path, name: str) -> None:
    """Write what stands in the body of one page."""
    sys.path.append(str(HERE / "pypi"))
    import django
    from django.conf import settings
    from django.template import RequestContext, Template
    from django.test import RequestFactory
    from django.utils.translation import override

    text = (folder / f"{name}.django").read_text(encoding="utf-8")
    head, body = text.removeprefix("{% comment %}").split("{% endcomment %}", 1)
    truth = tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8"))
    database = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
    processors = {"context_processors": ["django.template.context_processors.request"]}
    engine = {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": processors}
    settings.configure(
        **{"DATABASES": database, "TEMPLATES": [engine], "USE_I18N": True, "STATIC_URL": "/static/", **tomllib.loads(head)}
    )
    django.setup()
    with override(truth["language"]):
        page = Template(body).render(RequestContext(RequestFactory().get("/"), {}))
    built = folder / "built"
    built.mkdir(exist_ok=True)
    (built / f"{name}.html").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()

"""Programs that come by other ways than packages, and extensions: what, never whose."""

import json

import pytest

from holdtrue.workplace.devices.collect.extensions import extensions
from holdtrue.workplace.devices.collect.languages import languages
from holdtrue.workplace.devices.collect.machine import Notebook
from holdtrue.workplace.devices.collect.other_packages import stored
from holdtrue.workplace.devices.collect.packages import collect_software
from holdtrue.workplace.devices.collect.windows import store_apps
from holdtrue.workplace.facts import Installed
from unit.workplace.test_collect import NOON, Fake

ALICE, BOB = "/home/alice", "/home/bob"


@pytest.fixture
def machine(tmp_path) -> Fake:
    return Fake(tmp_path)


def found(machine: Fake, read=languages) -> set[tuple[str, str, str]]:
    return {(one.type, one.name, one.version) for one in read(machine, [ALICE, BOB])}


@pytest.mark.parametrize(("file", "title"), [
    ("/usr/local/lib/python3.11/dist-packages/requests-2.31.0.dist-info/METADATA", ("pypi", "requests", "2.31.0")),
    ("/home/alice/.local/lib/python3.12/site-packages/My_Tool-1.0.dist-info/METADATA", ("pypi", "my-tool", "1.0")),
    ("/home/alice/.pyenv/versions/3.11.7/lib/python3.11/site-packages/old-1.2-py3.11.egg-info/PKG-INFO", ("pypi", "old", "1.2")),
    ("/home/bob/.local/share/pipx/venvs/black/lib/python3.11/site-packages/black-24.1.0.dist-info/METADATA", ("pypi", "black", "24.1.0")),
    ("/home/bob/miniconda3/lib/python3.12/site-packages/numpy-2.0.0.dist-info/METADATA", ("pypi", "numpy", "2.0.0")),
    ("/opt/homebrew/Cellar/wget/1.24.5/README", ("brew", "wget", "1.24.5")), ("/opt/homebrew/Caskroom/firefox/131.0/x", ("brew", "firefox", "131.0")),
    ("/home/alice/Applications/Obsidian-1.5.3.AppImage", ("appimage", "Obsidian", "1.5.3")),
    ("/home/alice/Downloads/Nextcloud-3.13.0-x86_64.AppImage", ("appimage", "Nextcloud", "3.13.0")), ("/opt/Etcher-x86_64.AppImage", ("appimage", "Etcher", "")),
])  # fmt: skip
def test_each_way_of_installing_is_seen(machine, file, title):
    machine.write(file, "")

    told = found(machine)
    assert told == {title}


@pytest.mark.parametrize(
    "folder",
    [
        "/usr/local/lib/node_modules/typescript",
        "/home/alice/.nvm/versions/node/v20.1.0/lib/node_modules/typescript",
        "/home/bob/.npm-global/lib/node_modules/typescript",
    ],
)
def test_global_packages_of_every_node_are_seen(machine, folder):
    machine.write(f"{folder}/package.json", '{"name":"typescript","version":"5.4.0"}')

    assert found(machine) == {("npm", "typescript", "5.4.0")}


def test_cargo_tells_what_it_installed(machine):
    machine.write(
        "/home/alice/.cargo/.crates.toml",
        '[v1]\n"ripgrep 14.1.0 (registry+https://github.com/rust-lang/crates.io-index)" = ["rg"]\n"own 0.1.0 (path+file:///home/alice/secret)" = ["own"]\n',
    )
    told = list(languages(machine, [ALICE]))

    assert [(one.name, one.version, one.origin) for one in told] == [("ripgrep", "14.1.0", "crates.io"), ("own", "0.1.0", "")]
    assert "secret" not in repr(told)


def test_whose_it_is_is_not_told(machine):
    machine.write("/home/alice/.local/lib/python3.12/site-packages/tool-1.0.dist-info/METADATA", "")
    machine.write("/home/alice/Downloads/Nextcloud-3.13.0-x86_64.AppImage", "")
    machine.write(
        "/home/alice/.vscode/extensions/x/package.json", '{"name":"Python","publisher":"ms-python","version":"2024.1"}'
    )

    told = [*languages(machine, [ALICE]), *extensions(machine, [ALICE])]

    assert len(told) == 3
    assert "alice" not in repr(told)


UBLOCK = "cjpalhdlnbpafiamejdnhcphjbkeiagm"


def test_extensions_of_chromium_are_named_in_their_own_words(machine):
    folder = f"{ALICE}/.config/google-chrome/Default/Extensions/{UBLOCK}/1.55.0_0"
    machine.write(
        f"{folder}/manifest.json",
        json.dumps(
            {
                "name": "__MSG_extName__",
                "version": "1.55.0",
                "default_locale": "en",
                "update_url": "https://clients2.google.com/service/update2/crx",
            }
        ),
    )
    machine.write(f"{folder}/_locales/en/messages.json", '{"EXTNAME":{"message":"uBlock Origin"}}')

    assert list(extensions(machine, [ALICE])) == [
        Installed("uBlock Origin", "1.55.0", "chrome-extension", "Chrome Web Store", "", UBLOCK)
    ]


@pytest.mark.parametrize(
    "manifest",
    [
        "",
        "[]",
        "null",
        '{"name":7}',
        '{"name":"__MSG_x__","default_locale":"../../../../../etc"}',
        "[" * 5000,
        '{"name":"__MSG_x__","default_locale":["en"]}',
    ],
)
def test_a_manifest_that_is_none_does_no_harm(machine, manifest):
    machine.write(f"{ALICE}/.config/chromium/Default/Extensions/{UBLOCK}/1/manifest.json", manifest)

    assert [one.type for one in extensions(machine, [ALICE])] in ([], ["chrome-extension"])


def test_what_a_browser_brings_along_is_no_title(machine):
    machine.write(
        f"{ALICE}/.config/chromium/Default/Extensions/nmmhkkegccagdldgiimedpiccmgmieda/1/manifest.json",
        '{"name":"Payments","version":"1"}',
    )

    assert list(extensions(machine, [ALICE])) == []


def test_extensions_of_firefox_are_those_that_somebody_added(machine):
    addons = [
        {"id": "uBlock0@raymondhill.net", "type": "extension", "location": "app-profile", "version": "1.55", "defaultLocale": {"name": "uBlock Origin", "creator": "Raymond Hill"}, "sourceURI": "https://addons.mozilla.org/x.xpi"},
        {"id": "built-in", "type": "extension", "location": "app-builtin", "version": "1"}, {"id": "theme", "type": "theme", "location": "app-profile"}, 7, None,
    ]  # fmt: skip
    machine.write(f"{ALICE}/.mozilla/firefox/ab12.default/extensions.json", json.dumps({"addons": addons}))
    machine.write(f"{BOB}/.mozilla/firefox/cd34.default/extensions.json", json.dumps({"addons": addons}))

    assert list(extensions(machine, [ALICE, BOB])) == [
        Installed("uBlock Origin", "1.55", "firefox-extension", "addons.mozilla.org", "Raymond Hill", "uBlock0@raymondhill.net")
    ]


def test_extensions_of_editors_are_seen(machine):
    machine.write(
        f"{ALICE}/.vscode/extensions/ms-python.python-2024.1/package.json",
        '{"name":"Python","publisher":"ms-python","version":"2024.1"}',
    )
    machine.write(f"{ALICE}/.cursor/extensions/x/package.json", "[]")
    machine.write(f"{ALICE}/.local/share/JetBrains/IntelliJIdea2024.1/rust/lib/rust-241.25.jar", "")

    assert found(machine, extensions) == {
        ("vscode-extension", "ms-python.python", "2024.1"),
        ("jetbrains-plugin", "rust", "241.25"),
    }


def test_apps_of_the_microsoft_store_are_read():
    text = '[{"Name":"SpotifyAB.SpotifyMusic","Version":"1.2","Publisher":"CN=453637B3, O=\\"Spotify, AB\\""},{"Name":""},7]'

    assert [(one.name, one.version, one.publisher) for one in store_apps(text)] == [
        ("SpotifyAB.SpotifyMusic", "1.2", "Spotify, AB")
    ]
    assert list(store_apps("")) == []


def test_flatpaks_of_one_person_are_seen_too(machine):
    notebook = Notebook(NOON)
    machine.answers["flatpak list --app --columns=application,version,origin"] = "org.gimp.GIMP\t2.10\tflathub\n"
    machine.write("/home/alice/.local/share/flatpak/app/com.spotify.Client/current/x", "")
    machine.write("/home/bob/.local/share/flatpak/app/org.gimp.GIMP/current/x", "")
    collect_software(machine, notebook)

    assert [(one.name, one.version) for one in notebook.software if one.type == "flatpak"] == [
        ("org.gimp.GIMP", "2.10"),
        ("com.spotify.Client", ""),
    ]


def listed(machine: Fake) -> tuple[bool, set[tuple[str, str, str, str]]]:
    notebook = Notebook(NOON)
    is_whole = collect_software(machine, notebook)
    return is_whole, {(one.type, one.name, one.version, one.origin) for one in notebook.software}


def test_the_packages_of_arch_are_seen_with_the_repository_that_offers_them(machine):
    for name, version in (("bash", "5.2.037-1"), ("yay", "12.4.2-1"), ("spotify", "1:1.2.50-1")):
        machine.write(
            f"/var/lib/pacman/local/{name}-{version}/desc",
            f"%NAME%\n{name}\n\n%VERSION%\n{version}\n\n%BASE%\n{name}\n\n%ARCH%\nx86_64\n\n%PACKAGER%\nA Packager <a@archlinux.org>\n\n%DEPENDS%\nglibc\n",
        )
    machine.write("/var/lib/pacman/local/ALPM_DB_VERSION", "9\n")
    machine.answers["pacman -Sl"] = "core bash 5.2.037-1 [installed]\nextra spotify-launcher 1-1\nchaotic-aur yay 12.5.0-1\n"

    assert listed(machine) == (
        True,
        {
            ("alpm", "bash", "5.2.037-1", "Arch Linux"),
            ("alpm", "yay", "12.4.2-1", "chaotic-aur"),
            ("alpm", "spotify", "1:1.2.50-1", ""),
        },
    )


def test_the_packages_of_alpine_are_seen(machine):
    record = "C:Q1abc=\nP:{}\nV:{}\nA:x86_64\nS:1\nT:a tool\nm:Natanael Copa <n@alpinelinux.org>\nF:usr/bin\nR:tool\na:0:0:755\nZ:Q1x=\n"
    machine.write(
        "/lib/apk/db/installed", "\n".join([record.format("musl", "1.2.5-r0"), record.format("nmap", "7.95-r1"), "P:torn"])
    )

    assert listed(machine) == (True, {("apk", "musl", "1.2.5-r0", ""), ("apk", "nmap", "7.95-r1", "")})


HASH = "0c6kzph7l0dcbfmjap64f0czdafn3b7x"


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("firefox-131.0.3", ("firefox", "131.0.3")), ("glibc-2.40-36-bin", ("glibc", "2.40-36")), ("python3-3.12.7", ("python3", "3.12.7")),
        ("python3.12-requests-2.32.3", ("python3.12-requests", "2.32.3")), ("bash-interactive-5.2p37-man", ("bash-interactive", "5.2p37")),
        ("unit-sshd.service", None), ("etc", None), ("nixos-system-lt-24.05.6", ("nixos-system-lt", "24.05.6")), ("fix-1.patch", None),
        ("hello-2.12.tar.gz", None), ("system-path", None),
    ],
)  # fmt: skip
def test_a_path_of_the_store_is_a_title_where_it_has_a_version(path, title):
    assert stored(f"/nix/store/{HASH}-{path}") == title


def test_what_nix_keeps_is_the_whole_of_nixos_and_a_part_of_others(machine):
    ask = "nix-store --query --requisites {}"
    machine.write("/home/alice/.nix-profile", "")
    machine.answers[ask.format("/home/alice/.nix-profile")] = f"/nix/store/{HASH}-htop-3.3.0\n"
    assert listed(machine) == (False, {("nix", "htop", "3.3.0", "")})

    machine.write("/etc/NIXOS", "")
    assert listed(machine)[0] is False, "the running system was not told"
    machine.answers[ask.format("/run/current-system/sw")] = f"/nix/store/{HASH}-firefox-131.0.3\n"
    assert listed(machine) == (True, {("nix", "htop", "3.3.0", ""), ("nix", "firefox", "131.0.3", "")})


def test_packages_of_another_system_beside_a_silent_dpkg_are_not_the_whole(machine):
    machine.write("/var/lib/dpkg/info/bash.list", "")
    machine.write("/lib/apk/db/installed", "P:musl\nV:1.2.5-r0\n")

    assert listed(machine)[0] is False

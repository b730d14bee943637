#!/bin/sh
# Scans a website that nobody here wrote: MediaWiki as Debian ships it, on loopback, with PHP's own server.
# Writes scan.txt, scan.json and scan.html beside this file. Needs Debian, a Chromium and `holdtrue` on the PATH
# (or HOLDTRUE, the command to use), and installs PHP by apt if it is missing; MediaWiki itself is only unpacked.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
holdtrue=${HOLDTRUE:-holdtrue}
port=${PORT:-8317}
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

if ! php -m 2>/dev/null | grep -qi '^intl$'; then
    apt-get install -y -qq --no-install-recommends php-cli php-sqlite3 php-xml php-mbstring php-intl
fi
chmod 755 "$work"
(cd "$work" && apt-get download -qq mediawiki mediawiki-classes && for package in *.deb; do dpkg -x "$package" root; done)

# The package links its writable parts to /var: here they are plain directories of their own.
wiki=$work/root/usr/share/mediawiki
for part in extensions config images LocalSettings.php; do
    [ ! -L "$wiki/$part" ] || rm "$wiki/$part"
done
mkdir -p "$wiki/extensions" "$wiki/images" "$work/database"
for skin in "$wiki"/skins/*; do
    [ ! -L "$skin" ] || rm "$skin"
done

php "$wiki/maintenance/install.php" --dbtype sqlite --dbpath "$work/database" --server "http://127.0.0.1:$port" \
    --scriptpath "" --pass "$(head -c 18 /dev/urandom | base64)" "The example wiki" Keeper > "$work/install.log"
(cd "$wiki" && exec php -S "127.0.0.1:$port" > "$work/server.log" 2>&1) &
server=$!
for _ in $(seq 50); do
    if php -r "exit(@file_get_contents('http://127.0.0.1:$port/index.php') === false ? 1 : 0);"; then break; fi
    sleep 0.2
done

address=http://127.0.0.1:$port/index.php/Main_Page
status=0
for format in text json html; do
    file=$here/scan.$([ "$format" = text ] && echo txt || echo "$format")
    $holdtrue scan "$address" --pages 6 --format "$format" -o "$file" || status=$?
    [ "$status" -le 1 ] || exit "$status"
done
echo "Written: $here/scan.txt, scan.json, scan.html"

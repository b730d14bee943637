#!/usr/bin/env bash
# Builds the banner anew and holds it beside what is committed: types, the same bytes, the size. Needs node 20 and npm.
set -euo pipefail
cd "$(dirname "$0")"
[ -d node_modules/esbuild ] || npm ci --silent
fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
npx --no-install tsc --noEmit -p .
node build.mjs "$fresh"
diff -r "$fresh" ../src/holdtrue/website/consent/static/consent || {
    echo "The committed build is not what the source makes: run 'npm run build' in banner/." >&2
    exit 1
}
echo "The committed build is what the source makes."

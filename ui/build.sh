#!/usr/bin/env bash
# Builds the style sheets and the script of every page into the package. Run it after a change here, and commit what it wrote.
#
#   ui/build.sh            build
#   ui/build.sh --check    build elsewhere, and fail if the package holds something else
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
out=../src/paraph/node/web/static/paraph
[ -x node_modules/.bin/esbuild ] || npm ci --ignore-scripts --no-audit --no-fund
mkdir -p "$out"
new=$(mktemp -d)
trap 'rm -rf "$new"' EXIT
node_modules/.bin/sass --no-source-map --style=compressed --load-path=node_modules --quiet-deps styles/paraph.scss "$new/paraph.css"
node_modules/.bin/rtlcss --silent "$new/paraph.css" "$new/paraph.rtl.css"
node_modules/.bin/esbuild scripts/start.mjs --bundle --minify --format=esm --target=es2020 --legal-comments=none \
  --charset=utf8 --log-level=warning --outfile="$new/start.mjs"
for name in paraph.css paraph.rtl.css start.mjs; do
  if [ "${1:-}" = --check ]; then
    cmp "$new/$name" "$out/$name"
  else
    # Whole or not at all: somebody may be reading it.
    install -m 644 "$new/$name" "$out/.$name"
    mv "$out/.$name" "$out/$name"
  fi
done

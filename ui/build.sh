#!/usr/bin/env bash
# Builds the style sheets and copies the scripts into the package. Run it after a change here, and commit what it wrote.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
out=../src/paraph/node/web/static/paraph
[ -d node_modules ] || npm ci --ignore-scripts --no-audit --no-fund
mkdir -p "$out"
npx sass --no-source-map --style=compressed --load-path=node_modules --quiet-deps styles/paraph.scss "$out/paraph.css"
npx rtlcss "$out/paraph.css" "$out/paraph.rtl.css" >/dev/null
cp node_modules/govuk-frontend/dist/govuk/govuk-frontend.min.js "$out/govuk-frontend.min.js"

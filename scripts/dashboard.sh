#!/bin/sh
# Build the dashboard.
set -eu
cd "$(dirname "$0")/.."

if [ ! -f dashboard/package.json ]; then
    echo "There is no dashboard in this version." >&2
    exit 1
fi

. scripts/node.sh
cd dashboard
npm ci --no-audit --no-fund
npm run build

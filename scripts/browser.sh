#!/bin/sh
# The browser tests drive Chromium: find it, or install Debian's when we may.
set -eu

for name in "${CHROMIUM:-chromium}" chromium chromium-browser google-chrome google-chrome-stable; do
    if command -v "$name" >/dev/null 2>&1; then
        exit 0
    fi
done

# Devanagari and emoji, so that the pages in the pictures look as they do on a phone.
packages="chromium fonts-lohit-deva fonts-noto-color-emoji"

if [ "$(id -u)" -eq 0 ] && [ -f /etc/debian_version ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Chromium for the browser tests ..."
    mkdir -p var/log
    if { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $packages; } \
        >var/log/browser.log 2>&1; then
        exit 0
    fi
    tail -n 5 var/log/browser.log >&2
fi

echo "The browser tests need Chromium. Type:  sudo apt-get install $packages" >&2
exit 1

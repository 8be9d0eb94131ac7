#!/usr/bin/env bash
# Takes every picture in this folder anew from the demo's data, in Chromium, and shrinks them with pngquant; about ten minutes. It fails, with the pictures as they
# were, where axe-core finds anything in one of them or one scrolls sideways. Look at each before you commit it.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
cd "$here/../.."

if ! command -v pngquant >/dev/null; then
    if [[ "$(id -u)" == 0 ]] && command -v apt-get >/dev/null; then
        apt-get install -y -qq --no-install-recommends pngquant >&2
    else
        echo "take.sh: pngquant is needed: apt-get install pngquant, or brew install pngquant" >&2
        exit 1
    fi
fi

taken="$(mktemp -d)"
trap 'rm -rf "$taken"' EXIT
SCREENS="$taken" dotnet run --project SalesOs.Dashboard.Tests -- --explicit only --filter-class '*Browser.TourTests'
pngquant --quality 60-95 --speed 1 --strip --ext .png --force "$taken"/*.png
rm -f "$here"/*.png
mv "$taken"/*.png "$here"/
du -sh "$here"

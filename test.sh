#!/usr/bin/env bash
# Gets what the tests need beside the .NET SDK (a Chromium, the ICU library, nginx, PostgreSQL, redis-server, strace, and by npm the identity provider that people sign in with and what verifies webhooks), then runs
# `dotnet test` with the arguments given. With CI=true what can't be had is a failure; otherwise the tests that need it are skipped, and this says so.
# Left out are the tests marked [Trait("Speed", "Long")]: the tours through every screen, odd requests at every route, and programs that are killed, stopped under load and let down by their disk.
# With --long it runs those alone. With a filter of your own it runs what that names.
# With --fast it leaves out the browser tests too, those on PostgreSQL, and those marked [Trait("Speed", "Slow")], which start processes, make load or let the disk fail. The rest needs the
# SDK and ICU alone, and takes at most 3 minutes on two cores.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

fast=false
filters=(--filter-not-trait Speed=Long)
arguments=()
for argument in "$@"; do
    case "$argument" in
        --fast)
            fast=true
            filters=(--filter-not-namespace 'SalesOs.Dashboard.Tests.Browser*' --filter-not-trait Speed=Slow --filter-not-trait Speed=Long --filter-not-trait Engine=Postgres)
            ;;
        --long) filters=(--filter-trait Speed=Long) ;;
        --filter-*)
            filters=()
            arguments+=("$argument")
            ;;
        *) arguments+=("$argument") ;;
    esac
done
set -- ${arguments[@]+"${arguments[@]}"} ${filters[@]+"${filters[@]}"}

# A run is too short to win back what .NET's profiling of itself and its second compilation of methods cost: a third of the processor time, also that of each program that a test starts.
# The count, in hexadecimal, is that of calls after which a method is compiled again.
export DOTNET_TieredPGO=0 DOTNET_TC_CallCountThreshold=1000

say() { printf 'test.sh: %s\n' "$*" >&2; }

# What can be installed without asking: root on Debian or Ubuntu.
may_apt() { [[ "$(id -u)" == 0 ]] && command -v apt-get >/dev/null; }

apt_updated=false
apt_update() {
    $apt_updated || apt-get update -qq >&2 || return 1
    apt_updated=true
}

# Without recommends: with them Chromium pulls in half a desktop and may upgrade what runs.
apt_install() {
    apt_update && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >&2
}

# Ubuntu's chromium-browser may be a stub that only says where the snap is, so a browser counts when it can tell its version.
usable() { [[ -x "$1" ]] && "$1" --version >/dev/null 2>&1; }

find_chromium() {
    local name path
    if [[ -n "${CHROMIUM_PATH:-}" ]]; then
        usable "$CHROMIUM_PATH" && { echo "$CHROMIUM_PATH"; return 0; }
        say "CHROMIUM_PATH is '$CHROMIUM_PATH', which does not run; looking elsewhere"
    fi
    for name in chromium-headless-shell chromium chromium-browser google-chrome google-chrome-stable; do
        path="$(command -v "$name" || true)"
        [[ -n "$path" ]] && usable "$path" && { echo "$path"; return 0; }
    done
    for path in "${PLAYWRIGHT_BROWSERS_PATH:-${HOME:-/root}/.cache/ms-playwright}"/chromium*/chrome-*/{chrome-headless-shell,headless_shell,chrome} \
        "${HOME:-/root}"/Library/Caches/ms-playwright/chromium-*/chrome-mac*/*.app/Contents/MacOS/*; do
        usable "$path" && { echo "$path"; return 0; }
    done
    return 1
}

install_from_playwright() {
    local driver node
    dotnet build SalesOs.Dashboard.Tests -v quiet -nologo >&2 || return 1
    for driver in SalesOs.Dashboard.Tests/bin/*/net10.0/.playwright; do
        [[ -f "$driver/package/cli.js" ]] || continue
        for node in "$driver"/node/*/node; do
            [[ -x "$node" ]] && "$node" "$driver/package/cli.js" install chromium >&2 && return 0
        done
    done
    return 1
}

get_chromium() {
    # Chromium without a user interface of its own: the browser tests take a third less time in it.
    if [[ -z "${CHROMIUM_PATH:-}" ]] && may_apt && ! command -v chromium-headless-shell >/dev/null; then
        say "installing Debian's chromium-headless-shell"
        apt_install chromium-headless-shell fonts-liberation || say "apt-get could not install it; looking for another Chromium"
    fi
    find_chromium && return 0
    if may_apt; then
        say "no Chromium found; installing Debian's"
        apt_install chromium fonts-liberation || say "apt-get could not install chromium"
        find_chromium && return 0
    fi
    say "trying Playwright's own Chromium"
    install_from_playwright || say "Playwright could not install its Chromium"
    find_chromium
}

# Only Linux leaves it to the machine: macOS and Windows bring their own.
has_icu() {
    local libraries
    [[ "$(uname -s)" == Linux ]] || return 0
    libraries="$(PATH="$PATH:/sbin:/usr/sbin" ldconfig -p 2>/dev/null || true)"
    [[ "$libraries" == *libicuuc.so* ]] || compgen -G '/usr/lib*/libicuuc.so*' >/dev/null
}

get_icu() {
    has_icu && return 0
    if may_apt; then
        say "no ICU found; installing Debian's"
        apt_update && apt_install "$(apt-cache --names-only search '^libicu[0-9]+$' | cut -d' ' -f1 | sort -V | tail -n 1)" || true
    fi
    has_icu
}

command -v dotnet >/dev/null || { say "the .NET SDK of global.json is needed: https://dot.net/download"; exit 1; }

if get_icu; then
    export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=0
else
    say "could not get the ICU library (libicu): pt-BR dates and numbers can't be right without it"
    [[ "${CI:-}" != true ]] || exit 1
fi

! $fast || exec dotnet test --solution SalesOs.Dashboard.sln "$@"

# npm fetches; what it fetched runs on Playwright's own Node.js, so an old one does here.
has_npm() { npm --version >/dev/null 2>&1; }

get_provider() {
    local folder=SalesOs.Dashboard.Tests/Provider
    # npm ci begins from nothing; what lies there already as the lock file has it need not be fetched again.
    cmp -s "$folder/package-lock.json" "$folder/node_modules/.fetched" && return 0
    if ! has_npm && may_apt; then
        say "no npm found; installing Debian's"
        apt_install nodejs npm || say "apt-get could not install nodejs and npm"
    fi
    has_npm || { say "could not get npm"; return 1; }
    (cd "$folder" && npm ci --no-audit --no-fund --loglevel=error >&2) || { say "npm could not fetch oidc-provider and standardwebhooks"; return 1; }
    cp "$folder/package-lock.json" "$folder/node_modules/.fetched"
}

missing=()
if ! get_provider; then
    missing+=("the tests that sign in with oidc-provider or verify webhooks with standardwebhooks")
    # Half of it would be taken for all.
    rm -rf SalesOs.Dashboard.Tests/Provider/node_modules
fi

# The fault kit makes a running program's disk fail with it. Only Linux has it.
get_strace() {
    command -v strace >/dev/null && return 0
    [[ "$(uname -s)" == Linux ]] || return 1
    if may_apt; then
        say "no strace found; installing Debian's"
        apt_install strace || say "apt-get could not install strace"
    fi
    command -v strace >/dev/null
}

get_strace || missing+=("the tests that make the disk fail (strace)")

# Runs a command while no package may start its service: the tests start their own.
without_services() {
    local policy=/usr/sbin/policy-rc.d made=false status=0
    [[ -e "$policy" ]] || { printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod 755 "$policy" && made=true; }
    "$@" || status=$?
    ! $made || rm -f "$policy"
    return "$status"
}

has_nginx() { [[ -x /usr/sbin/nginx || -x /usr/bin/nginx || -x /usr/local/bin/nginx ]]; }

get_nginx() {
    has_nginx && return 0
    may_apt || return 1
    say "no nginx found; installing Debian's"
    # Its package would start it on port 80, where anything may be.
    without_services apt_install nginx-light || say "apt-get could not install nginx-light"
    has_nginx
}

get_nginx || { say "could not get nginx"; missing+=("the tests behind nginx"); }

has_postgres() { compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; }

get_postgres() {
    has_postgres && return 0
    may_apt || return 1
    say "no PostgreSQL found; installing Debian's"
    without_services apt_install postgresql || say "apt-get could not install postgresql"
    has_postgres
}

if ! get_postgres; then
    say "could not get PostgreSQL"
    missing+=("the tests on PostgreSQL")
    # A filter of somebody's own names what it wants.
    ((${#filters[@]} == 0)) || set -- "$@" --filter-not-trait Engine=Postgres
fi

has_redis() { [[ -x /usr/bin/redis-server || -x /usr/local/bin/redis-server ]]; }

get_redis() {
    has_redis && return 0
    may_apt || return 1
    say "no redis-server found; installing Debian's"
    without_services apt_install redis-server || say "apt-get could not install redis-server"
    has_redis
}

get_redis || { say "could not get redis-server"; missing+=("the tests of several nodes on Redis"); }

if CHROMIUM_PATH="$(get_chromium)"; then
    export CHROMIUM_PATH
    say "browser tests use $CHROMIUM_PATH"
else
    unset CHROMIUM_PATH
    say "could not get a Chromium: set CHROMIUM_PATH to one, or run this as root on Debian or Ubuntu"
    missing+=("the browser tests")
fi

# The languages of the samples in the guide and on the keys' pages: tests run each.
get_sample_runtimes() {
    local program lacking=()
    for program in curl openssl node python3 php; do
        command -v "$program" >/dev/null || lacking+=("$program")
    done
    ((${#lacking[@]} == 0)) && return 0
    say "not found for the samples: ${lacking[*]}"
    may_apt || return 1
    apt_install $(printf '%s\n' "${lacking[@]}" | sed 's/^node$/nodejs/; s/^php$/php-cli/')
}

get_sample_runtimes || missing+=("the samples in the languages that are not here")

if ((${#missing[@]} == 0)); then
    exec dotnet test --solution SalesOs.Dashboard.sln "$@"
fi

if [[ "${CI:-}" != true ]]; then
    printf 'test.sh: going on without; skipped will be: %s\n' "${missing[@]}" >&2
    exec dotnet test --solution SalesOs.Dashboard.sln "$@"
fi

# The other tests still tell what they know.
dotnet test --solution SalesOs.Dashboard.sln "$@" || exit
printf 'test.sh: could not run, and CI=true makes that a failure: %s\n' "${missing[@]}" >&2
exit 1

#!/bin/sh
# Chromium and PostgreSQL for the tests: installed where that is allowed (root on Debian), else
# their tests are skipped, and this says so. With RETSSPOR_REQUIRE_ALL=1 a skip is a failure.
set -u

have_chromium() {
    command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 ||
        command -v google-chrome >/dev/null 2>&1
}
have_postgres() {
    command -v initdb >/dev/null 2>&1 || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1
}
have_pango() {
    ldconfig -p 2>/dev/null | grep -q libpangoft2 || [ "$(uname)" != Linux ]
}

packages=
have_chromium || packages="$packages chromium"
have_postgres || packages="$packages postgresql"
have_pango || packages="$packages libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core"

if [ -n "$packages" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    export DEBIAN_FRONTEND=noninteractive
    echo "installing:$packages"
    apt-get update -qq
    case $packages in
    *postgresql*)
        # The tests start a server of their own; Debian need not start one.
        apt-get install -y -qq --no-install-recommends postgresql-common >/dev/null
        conf=/etc/postgresql-common/createcluster.conf
        [ ! -f $conf ] || sed -i 's/^#\? *create_main_cluster *=.*/create_main_cluster = false/' $conf
        ;;
    esac
    # shellcheck disable=SC2086
    apt-get install -y -qq --no-install-recommends $packages >/dev/null
fi

have_chromium || echo 'NO CHROMIUM: THE BROWSER TESTS ARE SKIPPED (apt-get install chromium)' >&2
have_postgres || echo 'NO POSTGRESQL: THE POSTGRESQL TESTS ARE SKIPPED (apt-get install postgresql)' >&2
have_pango || echo 'NO PANGO: THE PDF TESTS ARE SKIPPED (apt-get install libpangoft2-1.0-0)' >&2
if [ "${RETSSPOR_REQUIRE_ALL:-}" = 1 ]; then
    have_chromium && have_postgres
fi

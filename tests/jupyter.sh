#!/usr/bin/env bash
# Installs what the test of a notebook in Jupyter needs: Debian's Jupyter and Chromium, where this is root with apt-get, and the
# local tool dotnet-interactive. Where something cannot be had it says so, and the test skips itself.
#   tests/jupyter.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

wanted=()
command -v jupyter-notebook >/dev/null || wanted+=(jupyter-notebook)
command -v jupyter-kernelspec >/dev/null || wanted+=(jupyter-client)
command -v chromium >/dev/null || wanted+=(chromium)
if [ ${#wanted[@]} -gt 0 ]; then
    if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
        export DEBIAN_FRONTEND=noninteractive
        { apt-get -qq update && apt-get -qq install --yes --no-install-recommends "${wanted[@]}"; } >/dev/null \
            || echo "apt-get could not install ${wanted[*]}"
    else
        echo "not installed: ${wanted[*]}; as root: apt-get install ${wanted[*]}"
    fi
fi
dotnet tool restore || echo "dotnet tool restore failed"

#!/bin/bash
# Installs what is missing on Debian 12: tools/setup.sh [build|test]. Does nothing if all is there.
# The packages and their reasons are in packages.txt.
set -euo pipefail
level=${1:-build}
list=$(dirname "$0")/packages.txt

case $level in
  build) wanted=$(awk '$1 == "build" {print $2}' "$list") ;;
  test) wanted=$(awk '$1 == "build" || $1 == "test" {print $2}' "$list") ;;
  *)
    echo "usage: $0 [build|test]" >&2
    exit 2
    ;;
esac

missing=()
for package in $wanted; do
  dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then
  exit 0
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "setup: missing: ${missing[*]}" >&2
    echo "setup: run this as root or install sudo" >&2
    exit 1
  fi
  as_root=(sudo)
fi

echo "setup: installing ${#missing[@]} packages and what they need: ${missing[*]}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
install() {
  "${as_root[@]}" apt-get update -qq &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
      apt-get install -y -qq --no-install-recommends "${missing[@]}"
}
if ! install >"$log" 2>&1; then
  tail -20 "$log" >&2
  echo "setup: apt-get failed; the packages are those of Debian 12 (bookworm)" >&2
  exit 1
fi

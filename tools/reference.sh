#!/bin/bash
# Writes docs/reference/ from what the program says of itself.
#   tools/reference.sh [CALX]           writes the pages, and draws the README's picture anew
#   tools/reference.sh --check [CALX]   fails, with the difference, if they are not up to date
set -euo pipefail
repository=$(cd "$(dirname "$0")/.." && pwd)
check=false
if [ "${1:-}" = --check ]; then
  check=true
  shift
fi
calx=${1:-$repository/build/release/bin/calx}
pages=$repository/docs/reference
fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT

# page FILE TITLE SUBCOMMAND: one page that a subcommand prints as Markdown.
page() {
  { printf '# %s\n\nMade by `calx %s --markdown`.\n\n' "$2" "$3"; "$calx" "$3" --markdown; } >"$fresh/$1"
}

cli_page() {
  local command
  printf '# Command line\n\nMade from every `--help`.\n'
  for command in "" $("$calx" --help | awk '/^Subcommands:/ {on = 1; next} on && /^  [a-z]/ {sub(",", "", $1); print $1}'); do
    printf '\n## calx%s\n\n```text\n' "${command:+ $command}"
    # shellcheck disable=SC2086
    "$calx" $command --help
    printf '```\n'
  done
}

page parameters.md "Parameters" params
page rules.md "Rules" rules
page errors.md "Errors" errors
page features.md "Features" features
cli_page >"$fresh/cli.md"
# The pages are read by people: no trailing blanks, whatever made them.
sed -i 's/[[:space:]]*$//' "$fresh"/*.md

if $check; then
  diff -ru "$pages" "$fresh" || { echo "docs/reference is not up to date: run tools/reference.sh"; exit 1; }
else
  mkdir -p "$pages"
  cp "$fresh"/*.md "$pages"/
  "$calx" analyze -q "$repository/sample_images/hip_tumor_like.dcm" -o "$fresh"
  cp "$fresh/hip_tumor_like.overlay.png" "$repository/docs/images/overlay.png"
fi

#!/bin/bash
# Builds calx and checks all of it: tools/test.sh
# Release build with warnings as errors and its tests, layout, static analysis, then the tests again
# under the address and undefined-behaviour sanitizers. Ends with a line "N passed, N failed".
set -uo pipefail
cd "$(dirname "$0")/.."
logs=build/logs
mkdir -p "$logs"
passed=0
failed=0

# step NAME COMMAND...: one check; its output goes to a log and is shown if it fails.
step() {
  local name=$1 start=$SECONDS
  shift
  if "$@" >"$logs/$name.log" 2>&1; then
    passed=$((passed + 1))
    printf 'ok      %-16s %4d s\n' "$name" $((SECONDS - start))
  else
    failed=$((failed + 1))
    printf 'FAILED  %-16s %4d s, the end of %s:\n' "$name" $((SECONDS - start)) "$logs/$name.log"
    tail -60 "$logs/$name.log"
    return 1
  fi
}

# tests PRESET: the preset's tests, each counted.
tests() {
  local name=tests-$1 start=$SECONDS log total bad
  log=$logs/$name.log
  ctest --preset "$1" -j2 --verbose >"$log" 2>&1
  read -r bad total < <(sed -n 's/.*, \([0-9]*\) tests failed out of \([0-9]*\)$/\1 \2/p' "$log" | tail -1)
  if [ -z "${total:-}" ]; then
    bad=1
    total=1
  fi
  passed=$((passed + total - bad))
  failed=$((failed + bad))
  if [ "$bad" -eq 0 ]; then
    printf 'ok      %-16s %4d s, %d tests\n' "$name" $((SECONDS - start)) "$total"
    grep -oh 'skipped: .*' "$log" | sort | uniq -c || true # each says why
  else
    printf 'FAILED  %-16s %4d s, %d of %d; from %s:\n' "$name" $((SECONDS - start)) "$bad" "$total" "$log"
    grep -B2 -A12 -E '\[  FAILED  \]|Failure$|ERROR: |runtime error' "$log" | head -150
    tail -30 "$log"
  fi
}

build() { cmake --preset "$1" -DCALX_TESTS=ON -DCALX_TOOLS=ON && cmake --build --preset "$1"; }
sources() { git ls-files -co --exclude-standard -- 'src/*.[ch]pp' 'tests/*.[ch]pp' 'tools/*.[ch]pp'; }
layout() { sources | xargs clang-format-19 --dry-run --Werror; }
# Debian's ITK headers refuse clang, so the one file that includes them is left out.
analysis() {
  run-clang-tidy-19 -quiet -j2 -p build/release -extra-arg=-Wno-unknown-warning-option -extra-arg=-Wno-deprecated-declarations \
    "$PWD/src/(?!.*itk_).*\.cpp$"
}

tools/setup.sh test || exit 1
if step build-release build release; then
  tests release
  step static-analysis analysis
fi
step layout layout
if step build-asan build asan; then
  tests asan
fi

echo
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

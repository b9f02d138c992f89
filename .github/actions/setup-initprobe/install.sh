#!/usr/bin/env bash
# Installs initprobe to $RUNNER_TEMP from the archive $ARCHIVE, or builds the package $SOURCE.
set -euo pipefail

target=$RUNNER_TEMP/initprobe
mkdir -p "$target"
if [ -n "$ARCHIVE" ]; then
  cd "$target"
  for file in "$ARCHIVE" "${ARCHIVE%/*}/SHA256SUMS"; do
    case $file in
      *://*) curl --fail --silent --show-error --location --remote-name "$file" ;;
      *) cp "$file" . ;;
    esac
  done
  sha256sum --check --ignore-missing SHA256SUMS
  tar -xzf "${ARCHIVE##*/}" --strip-components 1
  bin=$target/bin
else
  swift build --package-path "$SOURCE" -c release --product initprobe
  bin=$(swift build --package-path "$SOURCE" -c release --show-bin-path)
fi
echo "$bin" >>"$GITHUB_PATH"
"$bin/initprobe" --version

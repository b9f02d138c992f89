#!/usr/bin/env bash
# Runs `initprobe $ARGUMENTS`, adds its rows to $GITHUB_STEP_SUMMARY as a table, and ends with its status.
set -euo pipefail

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# The arguments are the workflow's own line, with its quotes.
eval "set -- $ARGUMENTS"
status=0
initprobe "$@" --format csv --quiet >"$scratch/rows.csv" 2>"$scratch/errors" || status=$?

# The columns that differ from layer to layer, by name; empty ones are left out.
table() {
  awk '
    # A name with a comma is quoted; no column of the table has one.
    { gsub(/"[^"]*"/, "-"); count = split($0, field, ",") }
    NR == 1 { for (i = 1; i <= count; i++) { name[i] = field[i]; if (field[i] == "layer") first = i }; next }
    { for (i = first; i <= count; i++) { cell[NR, i] = field[i]; if (field[i] != "") shown[i] = 1 } }
    END {
      for (i = first; i <= count; i++) if (shown[i]) { head = head " " name[i] " |"; line = line " ---: |" }
      print "|" head; print "|" line
      for (row = 2; row <= NR; row++) {
        text = "|"
        for (i = first; i <= count; i++)
          if (shown[i]) text = text " " (cell[row, i] == "" ? "" : i == first ? cell[row, i] : sprintf("%.5g", cell[row, i])) " |"
        print text
      }
    }' "$scratch/rows.csv"
}

{
  echo "### initprobe $ARGUMENTS"
  echo
  if [ -s "$scratch/rows.csv" ]; then table; fi
  echo
  if [ "$status" -eq 0 ]; then echo "Every expectation holds."; else sed -n 's/^Error: /**Does not hold:** /p' "$scratch/errors"; fi
} | tee -a "$GITHUB_STEP_SUMMARY"
sed -n 's/^Error: /::error title=initprobe::/p' "$scratch/errors"
exit "$status"

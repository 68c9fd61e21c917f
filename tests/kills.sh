#!/usr/bin/env bash
# Kills `tango2 train mini` with -9 at random times, lets it go on, and compares what it ends in with a run that was never
# killed: every file must be the same byte for byte, records but for their seconds.
#   tests/kills.sh [KILLS [STAGE...]]      needs a Release build; no part of .ci/run, since it takes minutes
# Stages that the named ones need are taken from data/mini where they are not named themselves.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
kills=${1:-24}
shift || true
[ $# -gt 0 ] || set -- tokenizers vae text-encoder unet-base
tango2=(dotnet lib/Tango2.Cli/bin/Release/net10.0/Tango2.Cli.dll)
work=$(mktemp -d)
trap 'rm -rf "$work" out/train/whole-* out/train/killed-*' EXIT

train() { "${tango2[@]}" train mini "${stages[@]}" --effort "${EFFORT:-0.03}" --out "$work/$1" >>"$work/$1.log" 2>&1; }

stages=("$@")
for run in whole killed; do
    mkdir -p "$work/$run"
    for file in vocoder detector; do
        case " ${stages[*]} " in *" $file "*) ;; *) cp "data/mini/$file.safetensors" "$work/$run/" ;; esac
    done
done

begun=$(date +%s%N)
train whole || { tail -3 "$work/whole.log"; exit 1; }
whole=$((($(date +%s%N) - begun) / 1000000))
echo "never killed: $whole ms"

killed=0
while [ "$killed" -lt "$kills" ]; do
    # The program's start takes a part of it; the rest reaches anywhere in what the run does.
    wait=$((300 + (RANDOM * 32768 + RANDOM) % (whole * 2 / kills + 4000)))
    "${tango2[@]}" train mini "${stages[@]}" --effort "${EFFORT:-0.03}" --out "$work/killed" >>"$work/killed.log" 2>&1 &
    pid=$!
    sleep "$(printf '%d.%03d' $((wait / 1000)) $((wait % 1000)))"
    kill -9 "$pid" 2>/dev/null || break # it has finished
    wait "$pid" 2>/dev/null || true
    killed=$((killed + 1))
done
echo "killed $killed times"
train killed || { tail -3 "$work/killed.log"; exit 1; }

for run in whole killed; do
    find "$work/$run" -name '*.json' -path '*training*' -exec sed -i -E 's/"seconds": [0-9.]+/"seconds": 0/' {} +
done
diff -r "$work/whole" "$work/killed" && echo "the same, byte for byte"

#!/usr/bin/env bash
# Makes sound files of a WAV file by other programs: tests/sounds.sh SOURCE.wav FOLDER
# Each file is named by its kind and its program. What sox reads of it lies beside it as NAME.f32: samples of 32-bit
# float, channels in turn. Kinds whose program is missing are left out, and each missing program is named on a line.
set -euo pipefail
source=$1
folder=$2
mkdir -p "$folder"

has() {
    command -v "$1" >/dev/null || { echo "missing: $1"; return 1; }
}

# make NAME COMMAND...: the command writes $folder/NAME.
make() {
    local name=$1
    shift
    "$@" </dev/null >"$folder/log" 2>&1 || { echo "failed: $name: $(tail -n 1 "$folder/log")"; rm -f "$folder/$name"; }
}

encode() { # NAME OPTION...
    local name=$1
    shift
    make "$name" ffmpeg -nostdin -v error -y -i "$source" -map_metadata -1 "$@" "$folder/$name"
}

if has sox; then
    make sox-24.wav sox "$source" -b 24 "$folder/sox-24.wav"
    make sox-32.wav sox "$source" -b 32 "$folder/sox-32.wav"
    make sox-float.wav sox "$source" -e floating-point -b 32 "$folder/sox-float.wav"
    make sox-double.wav sox "$source" -e floating-point -b 64 "$folder/sox-double.wav"
    make sox-pipe.wav sh -c 'sox "$1" -t wav - >"$2"' sh "$source" "$folder/sox-pipe.wav"
    make sox-mulaw.wav sox "$source" -e mu-law "$folder/sox-mulaw.wav"
    make sox.aiff sox "$source" "$folder/sox.aiff"
    make sox-24.aiff sox "$source" -b 24 "$folder/sox-24.aiff"
    make sox-float.aifc sox "$source" -e floating-point -b 32 "$folder/sox-float.aifc"
    make sox.au sox "$source" "$folder/sox.au"
    make sox.w64 sox "$source" "$folder/sox.w64"
    make sox.caf sox "$source" "$folder/sox.caf"
    make sox.ogg sox "$source" -C 8 "$folder/sox.ogg"
fi
if has lame; then
    make lame.mp3 lame --quiet -b 256 "$source" "$folder/lame.mp3"
    make lame-bare.mp3 lame --quiet -b 256 -t "$source" "$folder/lame-bare.mp3"
fi
if has flac; then
    make flac.flac flac -s -f -o "$folder/flac.flac" "$source"
fi
if has ffmpeg; then
    encode ffmpeg-rf64.wav -rf64 always
    make ffmpeg-pipe.wav sh -c 'ffmpeg -nostdin -v error -i "$1" -f wav pipe:1 | cat >"$2"' sh "$source" "$folder/ffmpeg-pipe.wav"
    encode ffmpeg.mp3 -b:a 256k
    encode ffmpeg.ogg -c:a libvorbis -q:a 6
    encode ffmpeg.opus -c:a libopus -b:a 128k
    encode ffmpeg.webm -c:a libopus -b:a 128k
    encode ffmpeg.m4a -c:a aac -b:a 192k
    encode ffmpeg-alac.m4a -c:a alac
    encode ffmpeg.wv
    encode ffmpeg.tta
fi
rm -f "$folder/log"
if has sox >/dev/null; then
    for file in "$folder"/*; do
        sox "$file" -t f32 "$file.f32" 2>/dev/null || rm -f "$file.f32"
    done
fi

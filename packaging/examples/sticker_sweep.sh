#!/bin/sh
# Has the quick sticker engine lost quality against the one it was distilled from, and what does a second buy? Both over
# steps and guidance, measured, as one page of HTML that opens anywhere. Needs no network; begun again it goes on.
#     packaging/examples/sticker_sweep.sh REPORT.html
# DARKROOM says how Darkroom is called if not by packaging/run, STEPS and GUIDANCE what is tried. sticker-turbo takes at
# most 8 steps and has no guidance: its cells of more steps say so, and the command then ends with 1.
set -eu
here=$(dirname "$0")

darkroom() {
    if [ -n "${DARKROOM:-}" ]; then $DARKROOM "$@"; else "$here/../run" "$@"; fi
}

darkroom sweep image/sticker,image/sticker-turbo \
    --over "steps=${STEPS:-2,4,8,24}" --over "guidance=${GUIDANCE:-1,3,6}" \
    --metric clip --metric vendi --prompts "$here/sticker_prompts.txt" --csv -o "$1"

#!/bin/sh
# A finished piece of eight bars at 120 bpm with what ships, and nothing else: a tune, drums, a sticker that dances to
# them, a turning rocket, a title. Words after the folder go to `project render` (--draft makes it quick):
#     packaging/examples/eight_bars.sh FOLDER [--draft]
# DARKROOM says how Darkroom is called if not by packaging/run, SIZE how large the picture is.
set -eu
here=$(dirname "$0")
folder=$1
shift
piece=$folder/eight-bars
mkdir -p "$folder"

darkroom() {
    if [ -n "${DARKROOM:-}" ]; then $DARKROOM "$@"; else "$here/../run" "$@"; fi
}

project() {
    what=$1
    shift
    darkroom project "$what" "$@"
}

add() {
    what=$1
    shift
    darkroom project add "$what" "$piece" "$@"
}

project new "$piece" --name "Eight bars" --size "${SIZE:-1280x720}" --fps 24 --bpm 120 --metre 4/4

# What is further up is in front.
add track picture Words
add track picture Shots
add track picture Ground
add track notes Melody --gain -3
add track audio Kick --gain -1
add track audio Snare --gain -4
add track audio Hats --gain -9 --pan 0.25

# The tune is as long as the piece, in its tempo and metre, which the engine is told.
add clip Melody --at "1|1" --length 8bars --name Tune --engine audio/tune --seed 8 \
    --prompt "a lively march in G major" --set instrument=flute --set accompaniment=piano --fade-out 1beats

# A kick and a snare in every half bar, each on a track of its own, so that each can steer; a hat between the beats.
# What is the same is made once.
add clip Kick --at "1|1" --length 1beats --repeat 16 --every 2beats --name Boom --engine audio/drum --seed 1 \
    --prompt "a deep short kick"
add clip Snare --at "1|2" --length 1beats --repeat 16 --every 2beats --name Crack --engine audio/drum --seed 2 \
    --prompt "a bright snare"
add clip Hats --at "1|1|480" --length 0.5beats --repeat 32 --every 1beats --name Hat --engine audio/drum --seed 3 \
    --prompt "a short closed hat"

# A sticker whose motion is a bar long and loops, as large as the strokes of the kick make it.
add clip Shots --at "1|1" --length 18beats --loop --round 1bars --name Robot --engine video/motion --seed 11 \
    --prompt "a robot dancing happily" --set background=transparent --set fps=24 --scale 0.8 \
    --modulate "scale=Kick:onset,gain=0.25,attack=0,release=0.18,how=add"

# A surface, turned once while it is shown. The two shots lie over each other for two beats: they cross-fade.
add clip Shots --at "5|1" --length 4bars --name Rocket --engine mesh/shape --seed 5 \
    --prompt "a blue rocket with orange fins" --lane "elevation=0:10,4bars:35:ease-in-out-sine" \
    --modulate "scale=Snare:onset,gain=0.12,release=0.2,how=add"

# Two grounds, softly; the words stand below what moves.
add clip Ground --at "1|1" --length 18beats --name Wall --engine image/tile --seed 4 --size 128x128 \
    --prompt "blue brick wall" --set corrections=0 --fit fill --opacity 0.4
add clip Ground --at "5|1" --length 4bars --name Crystal --engine image/tile --seed 6 --size 128x128 \
    --prompt "purple crystal" --set corrections=0 --fit fill --opacity 0.45
add clip Words --at "1|1" --length 1bars --name Title --title "Eight bars" --title-size 0.14 --colour "#fff4d6" \
    --y 0.36 --fade-in 1/4 --fade-out 1/2
add clip Words --at "8|1" --length 1bars --name End --title "made with Darkroom" --title-size 0.07 --y 0.38 \
    --fade-in 1/2 --fade-out 1/2
add marker Robot --at "1|1"
add marker Rocket --at "5|1"

project render "$piece" "$@"
project info "$piece"
project verify "$piece"
project export "$piece" "$folder/eight-bars.mp4" --loudness -14
project export "$piece" "$folder/eight-bars.otio"
project export "$piece" "$folder/eight-bars.wav" --loudness -14
project export "$piece" "$folder/eight-bars.mid"

#!/bin/bash
# Trains all networks from nothing: tools/train/run.sh CALX_TRAINSET MESHES RADIOGRAPHS WORK
# Writes them to models/, with what the tests compare them with. Killed, it goes on when it is called again: what is made
# stays in the folder WORK. TRIAL=100 before the command makes a hundredth of the films, windows and steps and leaves models/
# as it is, to see that all of it works.
set -euo pipefail
usage="usage: tools/train/run.sh CALX_TRAINSET MESHES RADIOGRAPHS WORK"
trainset=$(realpath "${1:?$usage}") meshes=$(realpath "${2:?$usage}") radiographs=$(realpath "${3:?$usage}")
mkdir -p "${4:?$usage}"
work=$(realpath "$4") here=$(realpath "$(dirname "$0")") trial=${TRIAL:-1}
cd "$work"

# A folder belongs to one size: a trial's films and networks must not pass for those of a whole run.
[ -e size ] || echo "$trial" >size
[ "$(cat size)" = "$trial" ] || { echo "$work was begun with TRIAL=$(cat size): take another folder, or remove it" >&2 && exit 1; }

few() { echo $((($1 + trial - 1) / trial)); }
# step RESULT COMMAND...: makes the result, unless RESULT.made says that it is whole.
step() {
  local result=$1
  shift
  [ ! -e "$result.made" ] || return 0
  echo "$result"
  "$@"
  touch "$result.made"
}
# simulated FOLDER SKELETON SEED COUNT...: a set of simulated films.
simulated() {
  local folder=$1 skeleton=$2 seed=$3 count
  count=$(few "$4")
  shift 4
  "$trainset" --anatomy "$meshes" --cache cache --skeleton "$skeleton" --seed "$seed" --count "$count" "$@" -o "$folder"
}
# real FOLDER ROLE INSERTIONS SEED: a set of real films of a role of split.json; a trial has at least the tenth.
real() {
  "$here/split.py" "$radiographs" --list "$2" | awk -v every="$trial" 'NR % every == 0 || NR == 10' >"$1.tsv"
  "$trainset" --films "$1.tsv" --insertions "$3" --seed "$4" -o "$1"
}
# unet_to STEP: trains the U-Net in slices of an hour, each of which leaves a checkpoint. After each it says anew where real films
# show the body: there the next one has deposits painted.
unet_to() {
  until [ "$(python3 -c 'import torch; print(torch.load("unet.weights.pt")["step"])' 2>/dev/null || echo 0)" -ge "$(few "$1")" ]; do
    "$here/train.py" sets/bodyparts3d:0.24 sets/opensim:0.05 sets/rich-bodyparts3d:0.22 sets/rich-opensim:0.05 sets/real:0.14 sets/real-2:0.3 \
      --checkpoint unet.part.pt --minutes 60 --window 512 --batch 4 --rate 1.5e-3 --steps "$(few 60000)" --until "$(few "$1")" --threads 2 \
      --weights unet.weights.pt
    "$here/seats.py" unet.weights.pt sets/real sets/real-2
  done
}
# unet: once it knows deposits, those that even so it cannot see are asked for no longer.
unet() {
  unet_to 20000
  step unseen "$here/unseen.py" unet.weights.pt sets/{rich-,}{bodyparts3d,opensim} sets/real sets/real-2
  unet_to 60000
  mv unet.weights.pt unet.pt
}
samples() {
  "$here/region_samples.py" weights.pt sets/bodyparts3d:0.2 sets/opensim:0.03 sets/rich-bodyparts3d:0.3 sets/rich-opensim:0.07 sets/real:0.1 \
    sets/real-2:0.3 --count "$(few 300)" --seed "$1" -o "samples$1.npz"
}

mkdir -p sets
step sets/bodyparts3d simulated sets/bodyparts3d bodyparts3d 3001 330 --normal 0.15
step sets/opensim simulated sets/opensim opensim 103001 60 --normal 0.15
step sets/rich-bodyparts3d simulated sets/rich-bodyparts3d bodyparts3d 7001 330 --normal 0.3 --mimics 3
step sets/rich-opensim simulated sets/rich-opensim opensim 107001 70 --normal 0.3 --mimics 3
step sets/real real sets/real train 1 7000000
step sets/real-2 real sets/real-2 train 4 7100000
step sets/far-bodyparts3d simulated sets/far-bodyparts3d bodyparts3d 20001 1280 --pitch 0.5 --normal 0.3
step sets/far-opensim simulated sets/far-opensim opensim 120001 160 --pitch 0.5 --normal 0.3
step sets/simval simulated sets/simval bodyparts3d 800001 50 --normal 0.3
step sets/simval-2 simulated sets/simval-2 bodyparts3d 810001 90 --normal 0.3
step sets/realval real sets/realval validation 2 7800000
step sets/realval-2 real sets/realval-2 validation 3 7900000
validation=(sets/simval sets/simval-2 sets/realval sets/realval-2)

step overview.pt "$here/train_overview.py" sets/far-bodyparts3d:0.51 sets/far-opensim:0.12 sets/real:0.37 --check "${validation[@]}" \
  --steps "$(few 14000)" -o overview.pt
step unet.pt unet
step weights.pt "$here/calibrate.py" unet.pt "${validation[@]}" -o weights.pt
for seed in {11..15} {21..25}; do step "samples$seed.npz" samples "$seed"; done
step trained-regions.pt "$here/train_regions.py" samples??.npz --rate 0.003 --steps "$(few 11000)" -o trained-regions.pt
step regions.pt "$here/calibrate_regions.py" trained-regions.pt weights.pt "${validation[@]}" -o regions.pt
"$here/validate.py" weights.pt "${validation[@]}" --regions regions.pt --picture found.png
[ "$trial" -gt 1 ] || "$here/export.py" weights.pt --overview overview.pt --regions regions.pt -o "$here/../../models"

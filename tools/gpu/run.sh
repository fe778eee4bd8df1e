#!/usr/bin/env bash
# Checks and measures the WebGPU backend on this machine's graphics card, through Vulkan.
#   bash run.sh FOLDER     (beside check.tar.xz; results go to FOLDER as dated JSON)
# Needs nothing installed but a driver. VK_DRIVER_FILES names one that the loader does not find.
set -uo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
out="${1:?name a folder for the results}"
mkdir -p "$out"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

if ! tar -xJf "$here/check.tar.xz" -C "$work" 2>/dev/null; then
  python3 - "$here/check.tar.xz" "$work" <<'PY'
import sys, tarfile
tarfile.open(sys.argv[1]).extractall(sys.argv[2])
PY
fi
export LD_LIBRARY_PATH="$work/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
export XDG_RUNTIME_DIR="${XDG_RUNTIME_DIR:-/tmp}"
if [ -z "${VK_DRIVER_FILES:-}" ]; then
  for icd in /usr/share/vulkan/icd.d/nvidia_icd*.json /etc/vulkan/icd.d/nvidia_icd*.json \
    /usr/local/nvidia/share/vulkan/icd.d/nvidia_icd.json; do
    if [ -e "$icd" ]; then export VK_DRIVER_FILES="$icd"; fi
  done
fi
echo "driver: ${VK_DRIVER_FILES:-what the loader finds}"
"$work/bin/node" --version
day="$(date +%F)"
failed=0
"$work/bin/node" "$work/conformance.mjs" webgpu "$out/webgpu-conformance-$day.json" || failed=1
"$work/bin/node" "$work/bench.mjs" "$out/webgpu-device-$day.json" || failed=1
exit $failed

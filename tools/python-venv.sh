#!/usr/bin/env bash
# Makes a Python environment for what is checked and measured against it (with ADDAX_PYTHON=DIR/bin/python):
# Keras on TensorFlow or JAX for tools/interop and `npm run bench -- files`, PyTorch alone for
# `npm run bench -- onnx`. pip takes packages from where it is told to; for a PyTorch without CUDA, from an
# index of such builds.
#
# Usage: tools/python-venv.sh DIR [PEER]      DIR outside of the project; PEER tensorflow, jax or torch
set -euo pipefail

if [ $# -lt 1 ]; then
  sed -n '2,7s/^# \{0,1\}//p' "$0"
  exit 2
fi
backend=${2:-tensorflow}
if [ "$backend" = torch ]; then
  python3 -m venv "$1"
  "$1/bin/python" -m pip install --quiet torch==2.13.0 numpy==2.4.6
  "$1/bin/python" -c 'import torch; print("PyTorch", torch.__version__)'
  exit
fi
case $backend in
  tensorflow) package=tensorflow-cpu==2.21.0 ;;
  jax) package=jax==0.10.2 ;;
  *)
    echo "unknown backend $backend; there are: tensorflow, jax, torch" >&2
    exit 2
    ;;
esac

python3 -m venv "$1"
"$1/bin/python" -m pip install --quiet -r "$(dirname "$0")/interop/requirements.txt" "$package"
KERAS_BACKEND=$backend TF_CPP_MIN_LOG_LEVEL=3 "$1/bin/python" -c \
  'import keras; print("Keras", keras.version(), "on", keras.backend.backend())'

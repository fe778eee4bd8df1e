#!/usr/bin/env bash
# Makes a Python environment with Keras, for what is checked and measured against it: tools/interop, and
# `npm run bench -- files` (with ADDAX_PYTHON=DIR/bin/python). pip takes packages from where it is told to.
#
# Usage: tools/python-venv.sh DIR [BACKEND]      DIR outside of the project; BACKEND tensorflow or jax
set -euo pipefail

if [ $# -lt 1 ]; then
  sed -n '2,5s/^# \{0,1\}//p' "$0"
  exit 2
fi
backend=${2:-tensorflow}
case $backend in
  tensorflow) package=tensorflow-cpu==2.21.0 ;;
  jax) package=jax==0.10.2 ;;
  *)
    echo "unknown backend $backend; there are: tensorflow, jax" >&2
    exit 2
    ;;
esac

python3 -m venv "$1"
"$1/bin/python" -m pip install --quiet -r "$(dirname "$0")/interop/requirements.txt" "$package"
KERAS_BACKEND=$backend TF_CPP_MIN_LOG_LEVEL=3 "$1/bin/python" -c \
  'import keras; print("Keras", keras.version(), "on", keras.backend.backend())'

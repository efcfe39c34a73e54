#!/usr/bin/env bash
# Builds dist/bpsim/ and tries it: PYTHON=.venv/bin/python packaging/build_bundle.sh
set -euo pipefail

python=$(command -v "${PYTHON:-python3}")
case $python in /*) ;; *) python=$PWD/$python ;; esac
cd "$(dirname "$0")/.."

"$python" packaging/render_icons.py build/icons
"$python" -m PyInstaller --noconfirm --log-level WARN \
  --distpath dist --workpath build/pyinstaller packaging/bpsim.spec

# Start it away from the checkout, so that only what is in the bundle can be found.
bundle=$PWD/dist/bpsim/bpsim
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
export HOME=$place QT_QPA_PLATFORM=offscreen
"$bundle" --version
"$bundle" --screenshot window.png
size=$(wc -c <window.png)
if [ "$size" -le 20000 ]; then
  echo "the bundle's picture of its window has only $size bytes" >&2
  exit 1
fi
echo "built and tried: ${bundle%/bpsim}"

#!/usr/bin/env bash
# Make sure that the Debian packages are there which the Python wheels do not bring along.
#
#   packaging/setup_system.sh runtime          what `make demo` and `make run` need
#   packaging/setup_system.sh runtime tests    and what the tests need on top
#
# Installs only what is missing, by apt when root; otherwise prints the command and stops.
set -euo pipefail

runtime=(
  # PortAudio, and its way to PulseAudio or PipeWire.
  libportaudio2 libasound2-plugins pulseaudio-utils
  # Qt itself (enough for the offscreen platform), and one font to draw with.
  libegl1 libgl1 libglib2.0-0 libfontconfig1 libxkbcommon0 libdbus-1-3 fonts-dejavu-core
  # Qt on an X display.
  libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxkbcommon-x11-0 libxcb-randr0 libxcb-xkb1
  libxcb-shape0 libxcb-render-util0 libxcb-image0 libx11-xcb1
)
tests=(
  # A headless sound server to play a call into.
  pulseaudio
  # A headless display with a window manager, and a hand that types and clicks.
  xvfb openbox xdotool x11-utils
)

wanted=()
for group in "$@"; do
  case $group in
    runtime) wanted+=("${runtime[@]}") ;;
    tests) wanted+=("${tests[@]}") ;;
    *) echo "unknown group: $group (know: runtime, tests)" >&2; exit 2 ;;
  esac
done

# Debian ships python3 without ensurepip, which `python3 -m venv` needs.
python=${PYTHON:-python3}
if [ ! -x .venv/bin/python ] && ! "$python" -c 'import ensurepip' 2>/dev/null; then
  wanted+=(python3-venv)
fi

if ! command -v dpkg-query >/dev/null; then
  echo "Not a Debian system: if something is missing, install the counterparts of: ${wanted[*]}" >&2
  exit 0
fi

# A package may be provided by another one under its old name (libglib2.0-0 by libglib2.0-0t64).
installed=$(dpkg-query -W -f='${db:Status-Status} ${Package} ${Provides}\n' | sed -n 's/^installed //p' \
  | sed 's/([^)]*)//g' | tr -s ', ' '\n')
missing=()
for package in "${wanted[@]}"; do
  grep -qxF -- "$package" <<<"$installed" || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

install=(apt-get install -y --no-install-recommends "${missing[@]}")
if [ "$(id -u)" -ne 0 ]; then
  echo "System packages are missing. Run this once, then try again:" >&2
  echo "  sudo apt-get update && sudo ${install[*]}" >&2
  exit 1
fi
echo "Installing system packages: ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { apt-get update && "${install[@]}"; } >"$log" 2>&1; then
  cat "$log" >&2
  echo "apt could not install them; see its messages above." >&2
  exit 1
fi

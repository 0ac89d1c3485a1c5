#!/bin/sh
# make-bundle.sh DIR [busybox|debian]: makes a bundle, DIR/config.json and DIR/rootfs, for run-bundle.ts.
# busybox (default) takes the machine's static busybox and needs no network; debian fetches a small Debian.
set -eu

bundle=${1:?usage: make-bundle.sh DIR [busybox|debian]}
kind=${2:-busybox}
here=$(dirname "$(realpath "$0")")
root=$bundle/rootfs

fail() {
  echo "make-bundle: $*" >&2
  exit 1
}

# A busybox that needs the host's libraries would not start inside.
is_static() { ! head -c 65536 "$1" | grep -aq '/ld-'; }

make_busybox() {
  busybox=$(command -v busybox) || fail 'busybox not found: apt-get install busybox-static · dnf install busybox · apk add busybox-static'
  [ ! -x /bin/busybox.static ] || busybox=/bin/busybox.static
  is_static "$busybox" || fail "$busybox is not static: apt-get install busybox-static · apk add busybox-static"
  mkdir -p "$root/bin" "$root/etc" "$root/root"
  cp "$busybox" "$root/bin/busybox"
  for applet in $("$busybox" --list); do
    [ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet"
  done
  echo 'root:x:0:0:root:/root:/bin/sh' > "$root/etc/passwd"
  echo 'root:x:0:' > "$root/etc/group"
}

make_debian() {
  if command -v mmdebstrap > /dev/null; then
    mmdebstrap --variant=minbase stable "$root"
  elif command -v debootstrap > /dev/null; then
    [ "$(id -u)" = 0 ] || fail 'debootstrap needs root; mmdebstrap does not: apt-get install mmdebstrap'
    debootstrap --variant=minbase stable "$root"
  else
    fail 'neither mmdebstrap nor debootstrap found: apt-get install mmdebstrap'
  fi
}

case $kind in
  busybox | debian) ;;
  *) fail "unknown kind $kind: busybox or debian" ;;
esac
[ ! -e "$root" ] || fail "$root exists"
mkdir -p "$bundle"
"make_$kind"
mkdir -p "$root/proc" "$root/sys" "$root/dev" "$root/tmp"
chmod 1777 "$root/tmp"
(cd "$here" && node --import tsx make-config.ts sh) > "$bundle/config.json"
echo "made $bundle; run it with: node --import tsx examples/bundle/run-bundle.ts $bundle"

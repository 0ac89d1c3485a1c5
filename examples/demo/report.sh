# Runs inside the demo's container and says what it finds there: uses what every machine has, busybox included.
# Arguments: hostname, number of processes, of mounts, network links and namespaces of the host, to compare with.
row() { printf '  %-17s %-42s %s\n' "$1" "$2" "${3:+host: $3}"; }
field() { while read -r key value; do [ "$key" != "$1:" ] || printf %s "$value"; done < /proc/self/status; }
lines() { count=0; while read -r _; do count=$((count + 1)); done; printf %s "$count"; }

row hostname "$(cat /proc/sys/kernel/hostname)" "$1"
row processes "$(ls -d /proc/[0-9]* | lines), this one has pid $$" "$2"
row mounts "$(lines < /proc/self/mountinfo)" "$3"

up=down
[ $(($(cat /sys/class/net/lo/flags) & 1)) = 0 ] || up=up
row 'network links' "$(echo $(ls /sys/class/net)), $up" "$4"
shift 4

for file in /proc/self/ns/pid /proc/self/ns/mnt /proc/self/ns/net /proc/self/ns/uts /proc/self/ns/ipc \
  /proc/self/ns/cgroup /proc/self/ns/user; do
  inside=$(readlink "$file")
  [ "$inside" != "$1" ] && row "${file##*/} namespace" "own: $inside" "$1" || row "${file##*/} namespace" "shared with the host"
  shift
done

row user "uid $(field Uid | cut -f 1), $(tr -s ' ' < /proc/self/uid_map | cut -d ' ' -f 4 | head -n 1) of them here"
row capabilities "effective $(field CapEff), bounding $(field CapBnd)"
row 'new privileges' "$([ "$(field NoNewPrivs)" = 1 ] && echo 'impossible (no_new_privs is 1)' || echo possible)"

open=
for file in /proc/$$/fd/*; do [ -h "$file" ] && open="$open ${file##*/}"; done
row 'open descriptors' "${open# }"

echo 'written inside' > /demo-was-here
row 'a write to /' "/demo-was-here: $(cat /demo-was-here)"

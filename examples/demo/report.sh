# Runs inside the demo's container and says what it finds there: uses what every machine has, busybox included.
# Arguments, of the host, to compare with: hostname, number of processes and mounts, network links, uid, effective
# capabilities, namespaces.
row() { printf '  %-17s %-43s %s\n' "$1" "$2" "${3:+host: $3}"; }
field() { while read -r key value; do [ "$key" != "$1:" ] || printf %s "$value"; done < /proc/self/status; }
lines() { count=0; while read -r _; do count=$((count + 1)); done; printf %s "$count"; }

processes=0
for directory in /proc/[0-9]*; do processes=$((processes + 1)); done
state=down
[ $(($(cat /sys/class/net/lo/flags) & 1)) = 0 ] || state=up

row hostname "$(cat /proc/sys/kernel/hostname)" "$1"
row processes "$processes, this one with pid $$" "$2"
row mounts "$(lines < /proc/self/mountinfo)" "$3"
row 'network links' "$(echo $(ls /sys/class/net)), $state" "$4"
row user "uid $(id -u)" "uid $5"
row capabilities "$(field CapEff), at most $(field CapBnd)" "$6"
shift 6

for name in pid mnt net uts ipc cgroup user; do
  inside=$(readlink "/proc/self/ns/$name")
  [ "$inside" = "$1" ] && row "$name namespace" "the host's" || row "$name namespace" "$inside" "$1"
  shift
done

row 'new privileges' "$([ "$(field NoNewPrivs)" = 1 ] && echo 'impossible, no_new_privs is 1' || echo possible)"
open=
for file in /proc/$$/fd/*; do [ -h "$file" ] && open="$open ${file##*/}"; done
row 'open descriptors' "${open# }"
echo 'written inside' > /demo-was-here
row 'a write to /' "/demo-was-here: $(cat /demo-was-here)"

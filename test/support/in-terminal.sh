#!/bin/sh
# Runs a command in a new terminal of 77 by 22, tells its name, and how it is set afterwards.
# shellcheck disable=SC2016
command=''
for word in "$@"; do
  command="$command '$(printf %s "$word" | sed "s/'/'\\\\''/g")'"
done
exec script -qefc "echo tty \$(tty); stty cols 77 rows 22; $command; code=\$?; echo after: \$(stty -a); exit \$code" /dev/null

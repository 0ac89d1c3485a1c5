#!/bin/sh
# A CNI plugin that makes nothing: writes down how it was called, and answers as it is told to by files beside the log.
#   $DIR/<type>.<COMMAND>  a script to run with its input in $input; else the usual success
DIR=$(dirname "$(readlink -f "$0")")
type=$(basename "$0")
input=$(cat)
printf '%s\n' "{\"type\":\"$type\",\"command\":\"$CNI_COMMAND\",\"id\":\"$CNI_CONTAINERID\",\"netns\":\"$CNI_NETNS\",\"interface\":\"$CNI_IFNAME\",\"args\":\"$CNI_ARGS\",\"path\":\"$CNI_PATH\",\"env\":\"$(env | cut -d = -f 1 | sort | tr '\n' ' ')\",\"input\":${input:-null}}" >> "$DIR/log"
export input DIR type
if [ -f "$DIR/$type.$CNI_COMMAND" ]; then . "$DIR/$type.$CNI_COMMAND"; fi
case $CNI_COMMAND in
  VERSION) echo '{"cniVersion":"1.1.0","supportedVersions":["0.3.1","0.4.0","1.0.0","1.1.0"]}' ;;
  ADD) echo "{\"cniVersion\":\"1.0.0\",\"interfaces\":[{\"name\":\"$type\"}],\"ips\":[{\"address\":\"10.99.0.7/24\"}],\"dns\":{\"nameservers\":[\"192.0.2.53\"],\"search\":[\"fake.test\"]}}" ;;
esac

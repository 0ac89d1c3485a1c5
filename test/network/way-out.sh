#!/bin/sh
# Gives a new network namespace an interface with a default route, and another with the address of somebody who serves.
set -e
ip link set lo up
ip link add up0 type veth peer name up1
ip addr add 192.0.2.1/24 dev up0
ip addr add 2001:db8::1/64 dev up0 nodad
ip link set up0 up
ip link set up1 up
ip route add default via 192.0.2.254
ip -6 route add default via 2001:db8::fe
ip link add served0 type veth peer name served1
ip addr add 198.51.100.1/32 dev served0
ip link set served0 up
ip link set served1 up

# Asks libseccomp for its filters: one JSON request a line on standard input, one answer a line on standard output.
# A request: archs (names of seccomp.Arch, the machine's first), default, rules ([action, name, [[index, op, a, b] …]] …),
# optimize. An answer: the program as a list of [code, jt, jf, k], and the rules that libseccomp would not take.
import json
import struct
import sys
import tempfile

import seccomp

OPERATORS = {
    'SCMP_CMP_NE': seccomp.NE,
    'SCMP_CMP_LT': seccomp.LT,
    'SCMP_CMP_LE': seccomp.LE,
    'SCMP_CMP_EQ': seccomp.EQ,
    'SCMP_CMP_GE': seccomp.GE,
    'SCMP_CMP_GT': seccomp.GT,
    'SCMP_CMP_MASKED_EQ': seccomp.MASKED_EQ,
}


# The binding takes a C int.
def signed(action):
    return action - (1 << 32) if action >= 1 << 31 else action


def build(request):
    wanted = [getattr(seccomp.Arch, name) for name in request['archs']]
    filter = seccomp.SyscallFilter(signed(request['default']))
    for arch in wanted:
        if not filter.exist_arch(arch):
            filter.add_arch(arch)
    for arch in (seccomp.Arch.X86_64, seccomp.Arch.AARCH64):
        if arch not in wanted and filter.exist_arch(arch):
            filter.remove_arch(arch)
    filter.set_attr(seccomp.Attr.CTL_OPTIMIZE, request['optimize'])
    refused = []
    for index, (action, name, conditions) in enumerate(request['rules']):
        try:
            arguments = [seccomp.Arg(i, OPERATORS[op], int(a), int(b)) for i, op, a, b in conditions]
            filter.add_rule(signed(action), name, *arguments)
        except Exception as error:
            refused.append([index, repr(error)])
    with tempfile.TemporaryFile() as file:
        filter.export_bpf(file)
        file.seek(0)
        program = [list(each) for each in struct.iter_unpack('=HBBI', file.read())]
    return {'program': program, 'refused': refused}


for line in sys.stdin:
    print(json.dumps(build(json.loads(line))), flush=True)

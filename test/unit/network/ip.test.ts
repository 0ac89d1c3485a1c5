// Addresses as text and bytes, and nets of them.
import { describe, expect, it } from 'vitest'
import {
  addressBytes,
  addressFromBytes,
  contains,
  formatAddress,
  formatCidr,
  netOf,
  overlaps,
  parseAddress,
  parseCidr,
  rangeOf,
} from '../../../lib/network/ip.ts'

describe('an address', () => {
  it.each([
    ['0.0.0.0', '0.0.0.0', '00000000'],
    ['10.88.0.1', '10.88.0.1', '0a580001'],
    ['255.255.255.255', '255.255.255.255', 'ffffffff'],
    ['::', '::', '00000000000000000000000000000000'],
    ['::1', '::1', '00000000000000000000000000000001'],
    ['fd00::1:0:0:5', 'fd00::1:0:0:5', 'fd000000000000000001000000000005'],
    ['FD00:0:0:0:0:0:0:1', 'fd00::1', 'fd000000000000000000000000000001'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3', '00010000000000020000000000000003'],
    ['1:2:3:4:5:6:7:0', '1:2:3:4:5:6:7:0', '00010002000300040005000600070000'],
    ['::ffff:10.0.0.1', '::ffff:a00:1', '00000000000000000000ffff0a000001'],
    ['1::', '1::', '00010000000000000000000000000000'],
  ])('%s', (text, written, hex) => {
    const address = parseAddress(text)
    expect(formatAddress(address)).toBe(written)
    expect(addressBytes(address).toString('hex')).toBe(hex)
    expect(addressFromBytes(Buffer.from(hex, 'hex'))).toEqual(address)
  })

  it.each([
    ...['', '1.2.3', '1.2.3.4.5', '1.2.3.256', '01.2.3.4', '1.2.3.-4', 'a.b.c.d', ' 1.2.3.4', '1.2.3.4/8'],
    ...[
      ':',
      ':::',
      '1:2:3',
      '1::2::3',
      '1:2:3:4:5:6:7:8:9',
      '1:2:3:4:5:6:7::8',
      '12345::',
      'g::',
      '::1.2.3',
      '1.2.3.4::1',
      'fe80::1%eth0',
    ],
  ])('is not %j', (text) => {
    expect(() => parseAddress(text)).toThrow('is no IP address')
  })

  it('has 4 or 16 bytes', () => {
    expect(addressFromBytes(Buffer.alloc(5))).toBeUndefined()
    expect(addressFromBytes(Buffer.alloc(0))).toBeUndefined()
  })
})

describe('a net', () => {
  it('has a first and a last address', () => {
    const net = parseCidr('10.88.3.7/22')
    expect(rangeOf(net)).toEqual({ first: 0x0a580000n, last: 0x0a5803ffn })
    expect(formatCidr(netOf(net))).toBe('10.88.0.0/22')
    expect(formatCidr(netOf(parseCidr('fd00::5/64')))).toBe('fd00::/64')
    expect(rangeOf(parseCidr('1.2.3.4/32'))).toEqual({ first: 0x01020304n, last: 0x01020304n })
    expect(rangeOf(parseCidr('::/0')).last).toBe((1n << 128n) - 1n)
  })

  it('contains addresses, and overlaps others', () => {
    const net = parseCidr('10.88.0.0/16')
    expect(contains(net, parseAddress('10.88.255.255'))).toBe(true)
    expect(contains(net, parseAddress('10.89.0.0'))).toBe(false)
    expect(contains(net, parseAddress('::a58:1'))).toBe(false)
    expect(overlaps(net, parseCidr('10.88.7.0/24'))).toBe(true)
    expect(overlaps(parseCidr('10.88.7.0/24'), net)).toBe(true)
    expect(overlaps(net, parseCidr('10.89.0.0/16'))).toBe(false)
    expect(overlaps(net, parseCidr('::/0'))).toBe(false)
  })

  it.each(['10.0.0.1', '10.0.0.1/', '10.0.0.1/33', '::/129', '::/a', '/8', 'x/8'])('is not %j', (text) => {
    expect(() => parseCidr(text)).toThrow(/ERR_INVALID|is not of the form|is too long|is no IP address/)
  })
})

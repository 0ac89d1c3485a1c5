// Annotations to properties of a unit.
import { describe, expect, it } from 'vitest'
import { annotatedProperties } from '../../../lib/cgroups/unit-annotations.ts'

const refuse = (annotation: string, why: string): never => {
  throw new Error(`${annotation} ${why}`)
}
const properties = (name: string, text: string) =>
  annotatedProperties({ [`org.systemd.property.${name}`]: text }, refuse).map(([property, { signature, value }]) => [
    property,
    signature,
    value,
  ])

describe('annotatedProperties', () => {
  it('leaves other annotations alone', () => {
    expect(annotatedProperties({ 'org.example.name': 'x', 'run.oci.systemd.subgroup': 'y' }, refuse)).toEqual([])
  })

  it.each([
    ['SendSIGHUP', 'true', 'SendSIGHUP', 'b', true],
    ['KillMode', "'mixed'", 'KillMode', 's', 'mixed'],
    ['Description', '"it\\"s"', 'Description', 's', 'it"s'],
    ['IOWeight', 'uint64 500', 'IOWeight', 't', 500n],
    ['IOWeight', '@t 500', 'IOWeight', 't', 500n],
    ['KillSignal', '15', 'KillSignal', 'i', 15],
    ['Nice', '-5', 'Nice', 'i', -5],
    ['Ratio', '0.5', 'Ratio', 'd', 0.5],
    ['TimeoutStopUSec', 'uint64 1000000', 'TimeoutStopUSec', 't', 1000000n],
    ['TimeoutStopSec', '90', 'TimeoutStopUSec', 't', 90000000n],
    ['TimeoutStopSec', 'uint64 2', 'TimeoutStopUSec', 't', 2000000n],
    ['RuntimeMaxSec', '0.25', 'RuntimeMaxUSec', 't', 250000n],
    ['After', "['a.service', 'b,c.service']", 'After', 'as', ['a.service', 'b,c.service']],
    ['Numbers', '[uint32 1, 2]', 'Numbers', 'au', [1, 2]],
  ])('%s=%s', (name, text, property, signature, value) => {
    expect(properties(name, text)).toEqual([[property, signature, value]])
  })

  it.each([
    ['Nice', ''],
    ['Nice', 'five'],
    ['Nice', '4294967296'],
    ['Nice', 'byte 256'],
    ['Nice', 'float 1'],
    ['KillMode', "'mixed"],
    ['After', "['a' 'b']"],
    ['After', '[]'],
    ['After', "['a', 1]"],
    ['After', "[['a']]"],
    ['x', 'true'],
    ['bad name', 'true'],
    ['PIDs', '[uint32 1]'],
    ['Slice', "'user.slice'"],
  ])('refuses %s=%s', (name, text) => {
    expect(() => properties(name, text)).toThrow(`org.systemd.property.${name} `)
  })
})

// What CNI plugins are told, and how what they say is read.
import { describe, expect, it } from 'vitest'
import {
  agreeOnVersion,
  checkConfigList,
  containerIdOf,
  parseVersions,
  planAttachment,
  pluginEnvironment,
  pluginFailure,
  pluginInput,
} from '../../../lib/network/cni-config.ts'

const list = checkConfigList({
  cniVersion: '1.0.0',
  name: 'net',
  plugins: [{ type: 'a', capabilities: { mac: true } }],
})
const mac = '02:00:00:00:00:01'

describe('what plugins are told', () => {
  it('is made of the list, the capabilities that they declare, and nothing else', () => {
    const attachment = planAttachment({ config: list, capabilities: { mac } }, list, '1.0.0', 'web-1', 'net1')
    expect(JSON.parse(pluginInput(attachment, list.plugins[0] ?? { type: '' }, undefined))).toEqual({
      type: 'a',
      name: 'net',
      cniVersion: '1.0.0',
      runtimeConfig: { mac },
    })
    const prevResult = { ips: [] }
    expect(JSON.parse(pluginInput(attachment, { type: 'b' }, prevResult))).toEqual({
      type: 'b',
      name: 'net',
      cniVersion: '1.0.0',
      prevResult,
    })
    expect(pluginEnvironment({ ...attachment, plugins: ['/x', '/y'] }, 'DEL', '')).toEqual([
      expect.stringMatching(/^PATH=/),
      'CNI_COMMAND=DEL',
      'CNI_CONTAINERID=web-1',
      'CNI_NETNS=',
      'CNI_IFNAME=net1',
      'CNI_ARGS=',
      'CNI_PATH=/x:/y',
    ])
  })

  it.each([
    ['web', 'web-0123'],
    ['a+b.c_d', 'a_b.c_d-0123'],
    ['_.-x', 'x-0123'],
    ['+++', '0123'],
  ])('names the container %s as %s', (id, expected) => {
    expect(containerIdOf(id, '0123')).toBe(expected)
  })
})

describe('versions', () => {
  it('are the highest that all speak', () => {
    const both = { ...list, cniVersions: ['0.3.1', '1.1.0'] }
    const speak = (...versions: string[]) => new Map([['a', versions]])
    expect(agreeOnVersion(both, speak('0.3.1', '1.0.0', '1.1.0'))).toBe('1.1.0')
    expect(agreeOnVersion(both, speak('0.3.1', '1.0.0'))).toBe('1.0.0')
    expect(agreeOnVersion(both, speak('0.3.1'))).toBe('0.3.1')
    expect(() => agreeOnVersion(both, speak('0.2.0'))).toThrow(/a speaks 0\.2\.0/)
    // One that says none is of 0.1.0.
    expect(() => agreeOnVersion({ name: 'x', plugins: [] }, speak('1.0.0'))).toThrow(/\(0\.1\.0\)/)
  })

  it('of a plugin that tells none is the first', () => {
    expect(parseVersions('{"supportedVersions":["1.0.0",7]}')).toEqual(['1.0.0'])
    for (const answer of ['', '[]', 'null', '{"supportedVersions":"1.0.0"}'])
      expect(parseVersions(answer)).toEqual(['0.1.0'])
  })
})

describe('a failure', () => {
  it('has the words of the plugin', () => {
    const context = { operation: 'create', id: 'web' }
    const told = '{"code":2,"msg":"no such field","details":"x"}'
    expect(pluginFailure('ADD', 'a', told, 'it exited with 1', context).message).toBe(
      'create web: CNI ADD a: no such field (error 2, unsupported field): x',
    )
    expect(pluginFailure('ADD', 'a', '{"code":300}', 'it exited with 1', context)).toMatchObject({
      code: 'ERR_SYSTEM',
      message: 'create web: CNI ADD a: it exited with 1 (error 300, of the plugin)',
    })
    expect(pluginFailure('DEL', 'a', 'oops', 'it exited with 1: oops', context).message).toBe(
      'create web: CNI DEL a: it exited with 1: oops',
    )
  })
})

/** What goes wrong with requests: in their values, in their signatures, in their bytes. */

const nasty = [
  '', ' ', '\0', '\u0000\u0001', 'null', 'undefined', 'NaN', '-1', '0', '1e9', '99999999999999999999', '0x10', '1.5',
  'true', '[]', '{}', '["', '["a"]', '[["a"]]', '{"a":1}', '[null]', "' OR 1=1 --", '"; DROP TABLE rules; --',
  '../../etc/passwd', '%', '%00', '%zz', '<a>&amp;</a>', ']]>', '\r\nX-Injected: 1', '\ud800', '💥'.repeat(40),
  'ü', '中文', 'http://x', 'acs:x', '0.0.0.0/33', '256.1.1.1/8', '1.2.3.4/', '/8', '::/129', 'fe80::1%eth0', ':::',
  '-1/-1', '0/0', '1/70000', '80/', '/80', '9/1', '65535/65536', '__proto__', 'constructor', 'sg-', 'x'.repeat(5000),
] // prettier-ignore

/** Changes values, names or number of parameters, before they are signed. */
export function mutateParameters(random, parameters) {
  const changed = { ...parameters }
  const names = Object.keys(changed)
  for (let times = 1 + random.below(3); times > 0; times--) {
    const name = names.length > 0 ? random.pick(names) : 'X'
    const value = random.pick(nasty)
    switch (random.below(8)) {
      case 0:
        delete changed[name]
        break
      case 1:
        changed[`${name}.${random.pick(['0', '1', '2', '99999', '-1', '1.1', 'x', ''])}`] = value
        break
      case 2:
        changed[
          random.pick(['__proto__', 'constructor', 'Action', 'Format', 'Version', 'Tag.1.Key', value])
        ] = value
        break
      case 3:
        changed[name.toLowerCase()] = value
        break
      case 4:
        changed[name] = `${changed[name] ?? ''}${value}`
        break
      default:
        changed[name] = value
    }
  }
  return changed
}

/** Changes a request after it was signed: signature, time, nonce, key, headers. */
export function mutateSigned(random, request) {
  const value = encodeURIComponent(random.pick(nasty).toWellFormed())
  const field = random.pick(['Signature', 'SignatureMethod', 'SignatureVersion', 'Timestamp', 'AccessKeyId', 'SecurityToken', 'SignatureNonce', 'Format', 'Action', 'Version']) // prettier-ignore
  const replace = (text) => text.replace(new RegExp(`([?&]|^)${field}=[^&]*`), `$1${field}=${value}`)
  const headers = { ...request.headers }
  const name = random.pick(Object.keys(headers))
  const safe = value.slice(0, 200)
  if (random.chance(0.5)) headers[name] = random.chance(0.5) ? safe : `${headers[name]}${safe}`
  else if (random.chance(0.3)) delete headers[name]
  if (random.chance(0.1)) headers['x-acs-security-token'] = safe
  return { ...request, target: replace(request.target), body: replace(request.body), headers }
}

/** Changes bytes of a request as it goes over the wire. */
export function mutateBytes(random, bytes) {
  let changed = Buffer.from(bytes)
  for (let times = 1 + random.below(4); times > 0; times--) {
    const at = random.below(changed.length)
    switch (random.below(5)) {
      case 0:
        changed[at] = random.below(256)
        break
      case 1:
        changed = Buffer.concat([changed.subarray(0, at), changed.subarray(at + 1 + random.below(20))])
        break
      case 2: {
        const added = Buffer.from(Array.from({ length: 1 + random.below(30) }, () => random.below(256)))
        changed = Buffer.concat([changed.subarray(0, at), added, changed.subarray(at)])
        break
      }
      case 3:
        changed = changed.subarray(0, at)
        break
      default:
        changed = Buffer.concat([changed, changed.subarray(at)])
    }
    if (changed.length === 0) return Buffer.from('\r\n')
  }
  return changed
}

/** Opens every XML answer, in the single quotes of the real service. */
export const XML_PROLOG = "<?xml version='1.0' encoding='UTF-8'?>"

/** A character that is more than itself in XML, or that XML 1.0 has no way to hold. */
const SPECIAL = /[&<>\r\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/
const EVERY_SPECIAL = new RegExp(SPECIAL, 'g')
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#13;' }

/** Escapes text for an element's content, and drops the control characters that XML 1.0 forbids. */
export const escapeXml = (text: string): string =>
  SPECIAL.test(text) ? text.replace(EVERY_SPECIAL, (char) => ENTITIES[char] ?? '') : text

const NAME = /^[A-Za-z_][A-Za-z0-9_.-]*$/

/**
 * Writes a JSON value as XML the way the service does: an object's members become elements; a list becomes one
 * element for each item, under the list's own name, so that `{Tags: {Tag: []}}` is an empty Tags. Undefined members
 * are left out, null is empty. `name` must be an XML name, which every name on Alibaba's wire is.
 */
export const xmlElement = (name: string, value: unknown): string => {
  if (value === undefined) return ''
  if (Array.isArray(value)) return value.map((item) => xmlElement(name, item)).join('')
  if (!NAME.test(name))
    throw new Error(`${JSON.stringify(name)} is no XML name: rename that member of the answer`)
  return `<${name}>${xmlContent(value)}</${name}>`
}

const xmlContent = (value: unknown): string => {
  switch (typeof value) {
    case 'string':
      return escapeXml(value)
    case 'number':
    case 'boolean':
      return String(value)
    case 'object':
      return value === null ? '' : xmlMembers(hasToJson(value) ? value.toJSON() : value)
    default:
      throw new Error(
        `an answer holds a ${typeof value}, which neither JSON nor XML can: use text or a number`,
      )
  }
}

/** As JSON.stringify does, so that both forms say the same. */
const hasToJson = (value: object): value is { toJSON(): object } =>
  'toJSON' in value && typeof value.toJSON === 'function'

/** The members of an object as elements, one after the other. */
export const xmlMembers = (value: object): string => {
  let text = ''
  for (const [name, member] of Object.entries(value)) text += xmlElement(name, member)
  return text
}

const FORM = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$/

/**
 * Reads `yyyy-MM-ddTHH:mm:ssZ`, with or without milliseconds (some SDKs send them), as ms since 1970. Undefined for
 * any other text and for dates that the calendar does not have, such as 30 February.
 */
export const parseTimestamp = (text: string): number | undefined => {
  if (text === lastText) return lastTime
  const time = read(text)
  lastText = text
  lastTime = time
  return time
}

/** Requests of the same second carry the same text. */
let lastText = ''
let lastTime: number | undefined

const read = (text: string): number | undefined => {
  if (!FORM.test(text)) return undefined
  const time = Date.parse(text)
  if (Number.isNaN(time)) return undefined
  // Date.parse rolls 30 February over to March, and 24:00 to the next day.
  const date = new Date(time)
  const real =
    date.getUTCDate() === Number(text.slice(8, 10)) && date.getUTCHours() === Number(text.slice(11, 13))
  return real ? time : undefined
}

/** From the most to the least severe. */
export const logLevels = ['error', 'warn', 'info', 'debug'] as const

export type LogLevel = (typeof logLevels)[number]

/** Facts beside a message: JSON-safe, never a secret, never a whole request. */
export type LogFields = Readonly<Record<string, unknown>>

/** The one way to log. Callers pass no secrets; nothing is redacted here. */
export type Log = (level: LogLevel, message: string, fields?: LogFields) => void

/** A log that writes one JSON line for each message at or above `threshold`. */
export function createLog(threshold: LogLevel, write: (line: string) => void): Log {
  const worst = logLevels.indexOf(threshold)
  return (level, message, fields) => {
    if (logLevels.indexOf(level) > worst) return
    write(`${JSON.stringify({ time: new Date().toISOString(), level, message, ...fields })}\n`)
  }
}

/**
 * Resolves at the first SIGTERM or SIGINT, or when the process that started this one over a channel is gone.
 * Later ones are taken and do nothing: a terminal sends SIGINT to all processes of a command, and a parent forwards
 * it once more.
 */
export function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.on('SIGTERM', () => resolve())
    process.on('SIGINT', () => resolve())
    if (process.connected) process.once('disconnect', () => resolve())
  })
}

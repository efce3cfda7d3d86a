/**
 * Milliseconds of processor time that `work` takes, all threads of the process counted, so that what else runs on the
 * machine does not count.
 */
export function costOf(work) {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

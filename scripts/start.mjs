import { join } from 'node:path'
import {
  become,
  enforcementCommands,
  isRoot,
  packagesOf,
  prepareMachine,
  provide,
  root,
} from './prepare-machine.mjs'

prepareMachine()
if (process.platform === 'linux' && isRoot()) {
  const lacking = provide(enforcementCommands)
  if (lacking.length > 0) {
    process.stderr.write(
      `not found: ${lacking.join(', ')}; install ${packagesOf(lacking)} to enforce rules\n`,
    )
  }
}
become([join(root, 'packages', 'cli', 'bin', 'sallyport.js'), 'up', ...process.argv.slice(2)])

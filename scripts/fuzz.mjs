import { join } from 'node:path'
import { become, prepareMachine, root } from './prepare-machine.mjs'

/** Fuzzes the built server; options as in conformance/fuzz/run.mjs. */
prepareMachine()
become([join(root, 'conformance', 'fuzz', 'run.mjs'), ...process.argv.slice(2)])

import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const source = (name: string) => fileURLToPath(new URL(`./packages/${name}/src/index.ts`, import.meta.url))

export default defineConfig({
  resolve: {
    // Unit tests run the sources; conformance tests start the built command.
    alias: {
      '@sallyport/engine': source('engine'),
      '@sallyport/protocol': source('protocol'),
      '@sallyport/server': source('server'),
      '@sallyport/dataplane': source('dataplane'),
      '@sallyport/testing': source('testing'),
    },
  },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'conformance/test/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
})

import { afterAll, beforeAll } from 'vitest'
import { init, killThreads } from 'z3-solver'

/**
 * An SMT solver for the tests of a file. It says whether what a script in SMT-LIB asserts can hold: `sat` or `unsat`.
 *
 * Only its plain functions, and a context for each question. The package's objects are given back by the garbage
 * collector on the main thread in the middle of a check on the solver's own, and its asynchronous functions read their
 * texts after these were let go: either breaks the solver's memory now and then. Reading a script is synchronous.
 */
export function useSolver(): { readonly ask: (script: string) => Promise<'sat' | 'unsat'> } {
  let api: Awaited<ReturnType<typeof init>>
  beforeAll(async () => {
    api = await init()
  })
  afterAll(() => killThreads(api.em))
  return {
    async ask(script) {
      const { Z3 } = api
      const config = Z3.mk_config()
      const context = Z3.mk_context(config)
      Z3.del_config(config)
      const solver = Z3.mk_solver(context)
      Z3.solver_inc_ref(context, solver)
      try {
        Z3.solver_from_string(context, solver, script)
        const error: number = Z3.get_error_code(context)
        if (error !== 0) throw new Error(`the solver refuses a script: ${Z3.get_error_msg(context, error)}`)
        const answer: number = await Z3.solver_check(context, solver)
        // "unknown" must never pass for an answer.
        if (answer === 0) throw new Error(Z3.solver_get_reason_unknown(context, solver))
        return answer > 0 ? 'sat' : 'unsat'
      } finally {
        Z3.solver_dec_ref(context, solver)
        Z3.del_context(context)
      }
    },
  }
}

import { UserError } from '@sallyport/server'
import { z } from 'zod'

/** The output of `terraform show -json`, as far as it is looked at (the page on Terraform's JSON output format). */

export type Values = Readonly<Record<string, unknown>>

const values = z.record(z.string(), z.unknown())

const resourceSchema = z.object({
  address: z.string(),
  mode: z.enum(['managed', 'data']),
  type: z.string(),
  values: values.optional(),
})

interface ModuleOutput {
  readonly resources?: readonly z.infer<typeof resourceSchema>[] | undefined
  readonly child_modules?: readonly ModuleOutput[] | undefined
}

const moduleSchema: z.ZodType<ModuleOutput> = z.lazy(() =>
  z.object({
    resources: z.array(resourceSchema).optional(),
    child_modules: z.array(moduleSchema).optional(),
  }),
)

const stateSchema = z.object({ root_module: moduleSchema.optional() })

/** An expression of the configuration: what it refers to; nested for blocks, which are not looked at. */
const expressionSchema = z.object({ references: z.array(z.string()).optional() }).catch({})

export type ConfigExpressions = Readonly<
  Record<string, { readonly references?: readonly string[] | undefined }>
>

/** A module of the configuration. */
export interface ConfigModule {
  readonly resources?:
    readonly { readonly address: string; readonly expressions?: ConfigExpressions | undefined }[] | undefined
  readonly outputs?:
    | Readonly<
        Record<
          string,
          { readonly expression?: { readonly references?: readonly string[] | undefined } | undefined }
        >
      >
    | undefined
  readonly module_calls?:
    | Readonly<
        Record<
          string,
          { readonly expressions?: ConfigExpressions | undefined; readonly module?: ConfigModule | undefined }
        >
      >
    | undefined
}

const expressions = z.record(z.string(), expressionSchema)

const configModuleSchema: z.ZodType<ConfigModule> = z.lazy(() =>
  z.object({
    resources: z.array(z.object({ address: z.string(), expressions: expressions.optional() })).optional(),
    outputs: z.record(z.string(), z.object({ expression: expressionSchema.optional() })).optional(),
    module_calls: z
      .record(
        z.string(),
        z.object({ expressions: expressions.optional(), module: configModuleSchema.optional() }),
      )
      .optional(),
  }),
)

const planSchema = z.object({
  format_version: z.string(),
  /** Of a plan. */
  planned_values: stateSchema.optional(),
  prior_state: z.object({ values: stateSchema.optional() }).optional(),
  resource_changes: z
    .array(z.object({ address: z.string(), change: z.object({ after_unknown: z.unknown() }).optional() }))
    .optional(),
  configuration: z.object({ root_module: configModuleSchema.optional() }).optional(),
  /** Of a state. */
  values: stateSchema.optional(),
})

/** One resource that Terraform manages. */
export interface Resource {
  /** `module.net.alicloud_vpc.main[0]`. */
  readonly address: string
  readonly type: string
  readonly values: Values
  /** What is known only when the plan is applied: true, or the same nested. */
  readonly unknown: Values
}

/** A plan or a state. Of a state, before and after are the same. */
export interface Plan {
  readonly before: readonly Resource[]
  readonly after: readonly Resource[]
  readonly configuration: ConfigModule
}

/** Whether a file looks like what `terraform show -json` writes. */
export const isPlan = (content: unknown): boolean =>
  typeof content === 'object' && content !== null && 'format_version' in content

/** Reads what `terraform show -json` wrote. Throws a `UserError`. */
export function readPlanFormat(file: string, content: unknown): Plan {
  const result = planSchema.safeParse(content)
  if (!result.success) {
    const [issue] = result.error.issues
    throw notPlan(file, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`)
  }
  const {
    format_version,
    planned_values,
    prior_state,
    values: state,
    resource_changes,
    configuration,
  } = result.data
  if (!/^[01]\./.test(format_version)) throw notPlan(file, `its format_version is ${format_version}`)
  if (planned_values === undefined && state === undefined)
    throw notPlan(file, 'it has neither planned_values nor values')
  const unknown = new Map(
    (resource_changes ?? []).map(({ address, change }) => [address, asValues(change?.after_unknown)]),
  )
  const managed = (module: ModuleOutput | undefined, changes: ReadonlyMap<string, Values>): Resource[] =>
    flatten(module).map(({ address, type, values: own }) => ({
      ...{ address, type, values: own ?? {} },
      unknown: changes.get(address) ?? {},
    }))
  if (planned_values === undefined) {
    const all = managed(state?.root_module, new Map())
    return { before: all, after: all, configuration: {} }
  }
  return {
    before: managed(prior_state?.values?.root_module, new Map()),
    after: managed(planned_values.root_module, unknown),
    configuration: configuration?.root_module ?? {},
  }
}

const notPlan = (file: string, why: string): UserError =>
  new UserError(
    `${file} is nothing that "terraform show -json" wrote: ${why}`,
    'Write it with "terraform plan -out plan.bin" and "terraform show -json plan.bin".',
  )

const asValues = (value: unknown): Values =>
  typeof value === 'object' && value !== null ? (value as Values) : {}

/** The managed resources of a module and of those in it. */
function flatten(module: ModuleOutput | undefined): z.infer<typeof resourceSchema>[] {
  const own = (module?.resources ?? []).filter(({ mode }) => mode === 'managed')
  return [...own, ...(module?.child_modules ?? []).flatMap(flatten)]
}

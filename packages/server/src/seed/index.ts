export type { SeededResource, SeedKind } from './place.js'
export type { SeedPath } from './problem.js'
export { readYaml, YamlProblem, type YamlText } from './read-yaml.js'
export type { SeedDocument } from './schema.js'

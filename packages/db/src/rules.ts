/** A rule that the database holds up, in words for a person. `field` names the input at fault, where there is one. */
export type Rule = { sentence: string; field: string | null }



/** The sentence for each named constraint of the migrations. packages/cidr says most of them first, and better. */
export const rules: Readonly<Record<string, Rule>> = {}

/** The rule that is named in one of these texts, or null. */
export function broken(texts: readonly string[]): Rule | null {
  const name = Object.keys(rules).find((candidate) => texts.some((text) => text.includes(candidate)))
  return name === undefined ? null : (rules[name] ?? null)
}

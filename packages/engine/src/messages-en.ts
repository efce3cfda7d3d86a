/** The English catalogue: it says which keys there are and what each text names. `{name}` is filled in by `say`. */
export const english = {
  'verdict.accept': 'accept',
  'verdict.drop': 'drop',
  'direction.ingress': 'inbound',
  'direction.egress': 'outbound',
  'severity.error': 'error',
  'severity.warning': 'warning',
  'severity.note': 'note',

  'reason.rule': 'rule {rule} of group {group} with priority {priority} decides',
  'reason.default.accept':
    'no rule decides: what a basic group does not refuse may leave, and groups that are all in audit drop nothing by default',
  'reason.default.drop': 'no rule matches, and what no rule accepts is dropped',
  'reason.intra-group':
    'both ends are in the basic group {group}, whose members reach one another before any rule is looked at',
  'reason.carve-out': 'metadata service, resolvers, DHCP and neighbour discovery work whatever the rules say',
  'reason.none': 'there is no such interface',
  'match.decides': 'decides',
  'match.counts': 'matches and is counted only, because {group} is in audit',
  'verdict.staged': 'without audit: {verdict}, {reason}',
  'verdict.staged.unknown': 'without audit: {rule} tests {field}, which was not given',
  'match.loses.priority': 'matches, but {other} has the stronger priority {priority}',
  'match.loses.drop': 'matches, but {other} drops at the same priority, and drop wins',
  'match.loses.same': 'matches, but {other} with the same priority and verdict comes first',
  'match.loses.implicit': 'matches, but what comes before every rule has decided',
  undecided: '{rule} tests {field}, which was not given: give it',

  'explain.verdict': 'verdict',
  'explain.egress': 'egress',
  'explain.ingress': 'ingress',
  'lint.clean': 'no findings',

  'path.allowed': 'passes',
  'path.denied': 'does not pass',
  'path.unknown': 'unknown: the budget ended after {percent} % of the flows',
  'path.leaves': '{interface} lets it out',
  'path.leaves.not': '{interface} does not let it out',
  'path.enters': '{interface} lets it in',
  'path.enters.not': '{interface} does not let it in',
  'path.outside': '{address} is not ours, so nothing decides there',
  'path.replies': 'replies to what passes need no rule',
  'path.forward': 'from {from} to {to}',
  'path.reverse': 'and the other way, opened by {from} to {to}',

  'diff.equal': 'both mean the same: no flow opens, none closes',
  'diff.opens': 'opens',
  'diff.closes': 'closes',
  'diff.dead': 'rule {rule} of group {group} can no longer decide anything; {blockers} decide instead',
  'diff.revived': 'rule {rule} can decide again',
  'diff.added': 'new interface',
  'diff.removed': 'removed interface',
  'diff.more': 'and more of the same kind',
  'diff.incomplete': 'the budget ended: {percent} % of the flows were compared, the rest is unknown',

  'plan.title.changes': 'Security groups: this change {parts}',
  'plan.title.nothing': 'Security groups: this change opens and closes nothing',
  'plan.title.unknown': 'Security groups: it is not known whether this change opens or closes anything',
  'plan.opens': 'opens flows at {sides}',
  'plan.closes': 'closes flows at {sides}',
  'plan.dead.one': 'makes 1 rule dead',
  'plan.dead.many': 'makes {count} rules dead',
  'plan.sides.one': 'one side of an interface',
  'plan.sides.many': '{count} sides of interfaces',
  'plan.incomplete':
    'The time for the question ended first: {percent} % of the flows were compared. What is listed is true; there may be more.',
  'plan.others': '{whose} and {count} more',
  'plan.more': '{count} more',
  'plan.column.interface': 'interface',
  'plan.column.direction': 'direction',
  'plan.column.opens': 'opens',
  'plan.column.closes': 'closes',
  'plan.column.dead': 'dead rules',
  'plan.column.flows': 'flows',
  'plan.column.example': 'for example',
  'plan.column.before': 'before',
  'plan.column.after': 'after',
  'plan.flows.one': '1 flow',
  'plan.flows.many': '{count} flows',
  'plan.regions.more': 'more than these',
  'plan.rule.dead': '{rule} can never decide: {blockers} decides in its place',
  'plan.rule.revived': '{rule} can decide again',
  'plan.by.rule': '{verdict} by {rule}',
  'plan.by.intra-group': '{verdict} between members of {group}',
  'plan.by.carve-out': '{verdict}, always',
  'plan.by.default': '{verdict} by default',
  'plan.full': 'Details of {count} more are left out: this comment is full.',
  'plan.notes': 'What is not known ({count})',
  'plan.notes.more': 'and {count} more',

  'assert.holds': 'holds',
  'assert.fails.permit': 'fails: {flow} must pass, and is dropped',
  'assert.fails.deny': 'fails: {flow} must not pass, and does',
  'assert.unknown': 'unknown: the budget ended after {percent} % of the flows',

  'finding.dead-rule.title': 'Rule that can never decide',
  'finding.dead-rule.why':
    'Rule {rule} of group {group} never decides: every flow that it matches is decided before it, by {blockers}.',
  'finding.dead-rule.remedy':
    'Remove the rule. If it was meant to decide, give it a smaller priority number than {blockers}, or make the latter narrower.',

  'finding.dead-rule-somewhere.title': 'Rule that can never decide on some interfaces',
  'finding.dead-rule-somewhere.why':
    'Rule {rule} of group {group} never decides on {count} interfaces, because rules of all joined groups are pooled: {blockers} decide before it there.',
  'finding.dead-rule-somewhere.remedy':
    'See whether the groups that these interfaces joined were meant to overrule one another; if not, change the priorities.',

  'finding.redundant-rule.title': 'Rule that changes nothing',
  'finding.redundant-rule.why':
    'Without rule {rule} of group {group} every flow would be decided alike: what comes after it says the same.',
  'finding.redundant-rule.remedy':
    'Remove the rule, one such rule at a time, because the next may lean on it; or keep it knowingly to state an intent.',

  'finding.equal-priority.title': 'Accept and drop at one priority',
  'finding.equal-priority.why':
    'Rule {rule} of group {group} drops and {others} accept some of the same flows with the same priority {priority}. Of equal priorities the drop decides.',
  'finding.equal-priority.remedy':
    'Give the one that should decide a smaller number as its priority, so that the order is stated.',

  'finding.drop-passed-by-replies.title': 'Drop that replies pass by',
  'finding.drop-passed-by-replies.why':
    'Rule {rule} of group {group} drops what has source port {ports}, but these packets are replies to connections that the other direction accepts, and replies pass without being looked at.',
  'finding.drop-passed-by-replies.remedy':
    'To refuse these connections, drop them where they are opened: in the other direction, with the port as destination.',

  'finding.open-to-world.title': 'Management port open to the world',
  'finding.open-to-world.why':
    'Rule {rule} of group {group} lets {share} of all {family} addresses reach {ports}, after every priority and drop is taken into account.',
  'finding.open-to-world.remedy':
    'Accept only the addresses that administer it, best by a prefix list, or reach it through a bastion host.',

  'finding.group-in-audit.title': 'Group in audit',
  'finding.group-in-audit.why':
    'Group {group} is in audit: what its rules drop, and what its default drops where every joined group is in audit, is counted and passes.',
  'finding.group-in-audit.remedy':
    'See what would be dropped (sallyport hits {group}), then apply it: sallyport audit {group} off.',

  'finding.object-given-twice.title': 'Block and group given together',
  'finding.object-given-twice.why':
    'Rule {rule} of group {group} is given {used} and {ignored} as its object. The service takes {used} and ignores {ignored}.',
  'finding.object-given-twice.remedy': 'Leave {ignored} out, or make a rule of its own for it.',

  'finding.object-unknown.title': 'Rule that names what is not there',
  'finding.object-unknown.why':
    'Rule {rule} of group {group} names {object}, which does not exist here: it matches nothing.',
  'finding.object-unknown.remedy':
    'Correct the name, or remove the rule. If {object} exists elsewhere, include it.',

  'finding.empty-object.title': 'Rule about something empty',
  'finding.empty-object.why':
    'Rule {rule} of group {group} names {object}, which is empty: it matches nothing now.',
  'finding.empty-object.remedy': 'Fill {object}, or remove the rule.',

  'finding.unused-list.title': 'List that no rule names',
  'finding.unused-list.why': 'No rule names the list {list}.',
  'finding.unused-list.remedy':
    'Delete it, or name it in a rule. Lists count towards the quota of the region.',

  'finding.ports-all-but-zero.title': 'All ports of one protocol only',
  'finding.ports-all-but-zero.why':
    'Rule {rule} of group {group} has ports 1/65535 of {protocol}: every port of {protocol} except 0, and no other protocol. Only ALL with -1/-1 is every protocol.',
  'finding.ports-all-but-zero.remedy':
    'If everything was meant, use the protocol ALL with -1/-1; if only {protocol} was meant, nothing is to do.',

  'finding.ports-missing.title': 'TCP or UDP without a range of ports',
  'finding.ports-missing.why':
    'Rule {rule} of group {group} is for {protocol} and has no range of ports (or -1/-1), which the service refuses: -1/-1 is for ALL, ICMP and GRE.',
  'finding.ports-missing.remedy': 'Give a range from 1 to 65535; all ports are 1/65535.',

  'finding.limit-rules-per-group.title': 'Limit of rules in a group',
  'finding.limit-rules-per-group.why':
    'Group {subject} has {used} of {most} rules, both directions together; a rule that names a list counts as the size of the list.',
  'finding.limit-rules-per-group.remedy':
    'Remove dead and redundant rules, merge blocks, or ask for a larger quota.',

  'finding.limit-rules-per-interface.title': 'Limit of rules over all groups of an interface',
  'finding.limit-rules-per-interface.why':
    'The groups {groups} that {subject} joined have {used} of {most} rules together.',
  'finding.limit-rules-per-interface.remedy': 'Leave a group, or remove rules from the groups.',

  'finding.limit-groups-per-interface.title': 'Limit of groups that an interface joins',
  'finding.limit-groups-per-interface.why': 'Interface {subject} joined {used} of {most} groups.',
  'finding.limit-groups-per-interface.remedy': 'Merge groups that always go together.',

  'finding.limit-group-objects.title': 'Limit of groups named in rules',
  'finding.limit-group-objects.why': 'The rules of group {subject} name {used} of {most} different groups.',
  'finding.limit-group-objects.remedy': 'Name blocks or a prefix list instead of some groups.',

  'finding.limit-addresses-per-group.title': 'Limit of addresses in a group',
  'finding.limit-addresses-per-group.why':
    'The interfaces in group {subject} have {used} of {most} private addresses.',
  'finding.limit-addresses-per-group.remedy': 'Use a second group for some of them, or an advanced group.',

  'finding.limit-list-associations.title': 'Limit of groups that name a prefix list',
  'finding.limit-list-associations.why': 'Rules of {used} of {most} groups name the prefix list {subject}.',
  'finding.limit-list-associations.remedy': 'Use a copy of the list for some of the groups.',

  'finding.limit-list-entries.title': 'Limit of entries in a list',
  'finding.limit-list-entries.why': 'The list {subject} has {used} of {most} entries.',
  'finding.limit-list-entries.remedy': 'Merge neighbouring entries, or use a second list.',
} as const

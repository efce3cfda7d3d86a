import type { Catalogue } from './messages.js'

/** The Chinese catalogue: the same keys and names as the English one. */
export const chinese: Catalogue = {
  'verdict.accept': '允许',
  'verdict.drop': '拒绝',
  'direction.ingress': '入方向',
  'direction.egress': '出方向',
  'severity.error': '错误',
  'severity.warning': '警告',
  'severity.note': '提示',

  'reason.rule': '由安全组 {group} 中优先级为 {priority} 的规则 {rule} 决定',
  'reason.default.accept':
    '没有规则决定：普通安全组默认允许出方向流量；所有安全组均处于审计模式时，默认规则不拒绝流量',
  'reason.default.drop': '没有匹配的规则，未被允许的流量默认拒绝',
  'reason.intra-group': '两端同属普通安全组 {group}，组内互通先于任何规则生效',
  'reason.carve-out': '元数据服务、DNS 解析、DHCP 和邻居发现不受规则限制',
  'reason.none': '没有这个网卡',
  'match.decides': '决定结果',
  'match.counts': '匹配，但安全组 {group} 处于审计模式，只计数',
  'verdict.staged': '若关闭审计：{verdict}，{reason}',
  'verdict.staged.unknown': '若关闭审计：{rule} 需要检查 {field}，但未给出',
  'match.loses.priority': '匹配，但 {other} 的优先级 {priority} 更高',
  'match.loses.drop': '匹配，但同优先级的 {other} 为拒绝，拒绝优先',
  'match.loses.same': '匹配，但优先级和策略相同的 {other} 排在前面',
  'match.loses.implicit': '匹配，但先于所有规则的内置项已经决定',
  undecided: '{rule} 需要检查 {field}，但未给出：请补充',

  'explain.verdict': '结论',
  'explain.egress': '出方向',
  'explain.ingress': '入方向',
  'lint.clean': '没有发现问题',

  'path.allowed': '可以通过',
  'path.denied': '不能通过',
  'path.unknown': '未知：达到计算上限时只分析了 {percent} % 的流量',
  'path.leaves': '{interface} 允许流出',
  'path.leaves.not': '{interface} 不允许流出',
  'path.enters': '{interface} 允许流入',
  'path.enters.not': '{interface} 不允许流入',
  'path.outside': '{address} 不在管理范围内，那一端没有规则可判断',
  'path.replies': '已放行流量的回包无需规则',
  'path.forward': '从 {from} 到 {to}',
  'path.reverse': '反方向，由 {from} 向 {to} 发起',

  'diff.equal': '两者含义相同：没有流量被放开，也没有流量被关闭',
  'diff.opens': '放开',
  'diff.closes': '关闭',
  'diff.dead': '安全组 {group} 的规则 {rule} 不再起作用，改由 {blockers} 决定',
  'diff.revived': '规则 {rule} 重新起作用',
  'diff.added': '新增网卡',
  'diff.removed': '移除网卡',
  'diff.more': '还有更多同类区域',
  'diff.incomplete': '达到计算上限：只比较了 {percent} % 的流量，其余未知',

  'plan.title.changes': '安全组：此变更{parts}',
  'plan.title.nothing': '安全组：此变更既不放开也不关闭任何流量',
  'plan.title.unknown': '安全组：无法确定此变更是否放开或关闭流量',
  'plan.opens': '在 {sides}放开流量',
  'plan.closes': '在 {sides}关闭流量',
  'plan.dead.one': '使 1 条规则不再起作用',
  'plan.dead.many': '使 {count} 条规则不再起作用',
  'plan.sides.one': '1 个网卡方向',
  'plan.sides.many': '{count} 个网卡方向',
  'plan.incomplete': '达到计算上限：只比较了 {percent} % 的流量。列出的内容属实，但可能还有更多。',
  'plan.others': '{whose} 等，另有 {count} 个',
  'plan.more': '另有 {count} 行',
  'plan.column.interface': '网卡',
  'plan.column.direction': '方向',
  'plan.column.opens': '放开',
  'plan.column.closes': '关闭',
  'plan.column.dead': '不再起作用的规则',
  'plan.column.flows': '流量',
  'plan.column.example': '例如',
  'plan.column.before': '变更前',
  'plan.column.after': '变更后',
  'plan.flows.one': '1 条流',
  'plan.flows.many': '{count} 条流',
  'plan.regions.more': '还有更多',
  'plan.rule.dead': '{rule} 永远不起作用：改由 {blockers} 决定',
  'plan.rule.revived': '{rule} 重新起作用',
  'plan.by.rule': '{verdict}（规则 {rule}）',
  'plan.by.intra-group': '{verdict}（安全组 {group} 组内互通）',
  'plan.by.carve-out': '{verdict}（不受规则限制）',
  'plan.by.default': '{verdict}（默认）',
  'plan.full': '评论已达长度上限，另有 {count} 项的详情未列出。',
  'plan.notes': '未知的内容（{count}）',
  'plan.notes.more': '另有 {count} 项',

  'assert.holds': '成立',
  'assert.fails.permit': '不成立：{flow} 应当通过，却被拒绝',
  'assert.fails.deny': '不成立：{flow} 不应通过，却被允许',
  'assert.unknown': '未知：达到计算上限时只分析了 {percent} % 的流量',

  'finding.dead-rule.title': '永远不起作用的规则',
  'finding.dead-rule.why':
    '安全组 {group} 的规则 {rule} 从不起作用：它匹配的所有流量都先由 {blockers} 决定。',
  'finding.dead-rule.remedy':
    '删除该规则。如果希望它生效，请把它的优先级数值设得比 {blockers} 更小，或缩小后者的范围。',

  'finding.dead-rule-somewhere.title': '在部分网卡上不起作用的规则',
  'finding.dead-rule-somewhere.why':
    '安全组 {group} 的规则 {rule} 在 {count} 个网卡上不起作用：网卡加入的所有安全组的规则合并排序，那里先由 {blockers} 决定。',
  'finding.dead-rule-somewhere.remedy':
    '请确认这些网卡加入的安全组之间是否应当互相覆盖；如果不应当，请调整优先级。',

  'finding.redundant-rule.title': '多余的规则',
  'finding.redundant-rule.why':
    '去掉安全组 {group} 的规则 {rule}，所有流量的结果都不变：排在后面的规则结论相同。',
  'finding.redundant-rule.remedy':
    '删除该规则（每次只删一条，因为其他规则可能依赖它）；如果是为了表明意图，可以保留。',

  'finding.equal-priority.title': '同一优先级既允许又拒绝',
  'finding.equal-priority.why':
    '安全组 {group} 的规则 {rule} 拒绝的部分流量，同时被优先级同为 {priority} 的 {others} 允许。优先级相同时拒绝优先。',
  'finding.equal-priority.remedy': '请把应当生效的规则的优先级数值设得更小，明确先后次序。',

  'finding.drop-passed-by-replies.title': '挡不住回包的拒绝规则',
  'finding.drop-passed-by-replies.why':
    '安全组 {group} 的规则 {rule} 拒绝源端口为 {ports} 的流量，但这些报文是另一方向已放行连接的回包，回包不再检查规则。',
  'finding.drop-passed-by-replies.remedy': '要拒绝这些连接，请在发起的方向上以该端口为目的端口添加拒绝规则。',

  'finding.open-to-world.title': '管理端口对公网开放',
  'finding.open-to-world.why':
    '综合所有优先级和拒绝规则之后，安全组 {group} 的规则 {rule} 仍允许 {share} 的 {family} 地址访问 {ports}。',
  'finding.open-to-world.remedy': '只允许负责管理的地址访问，最好使用前缀列表，或通过堡垒机访问。',

  'finding.group-in-audit.title': '安全组处于审计模式',
  'finding.group-in-audit.why':
    '安全组 {group} 处于审计模式：其规则拒绝的流量，以及所加入的安全组全部处于审计模式时默认拒绝的流量，只计数并放行。',
  'finding.group-in-audit.remedy':
    '先查看哪些流量会被拒绝（sallyport hits {group}），再使其生效：sallyport audit {group} off。',

  'finding.object-given-twice.title': '同时指定了网段和安全组',
  'finding.object-given-twice.why':
    '安全组 {group} 的规则 {rule} 同时指定了 {used} 和 {ignored} 作为授权对象。服务以 {used} 为准，忽略 {ignored}。',
  'finding.object-given-twice.remedy': '去掉 {ignored}，或为它单独添加一条规则。',

  'finding.object-unknown.title': '规则引用了不存在的对象',
  'finding.object-unknown.why': '安全组 {group} 的规则 {rule} 引用的 {object} 在这里不存在：不匹配任何流量。',
  'finding.object-unknown.remedy': '请更正名称或删除该规则。如果 {object} 存在于别处，请一并提供。',

  'finding.empty-object.title': '规则引用了空对象',
  'finding.empty-object.why': '安全组 {group} 的规则 {rule} 引用的 {object} 为空：目前不匹配任何流量。',
  'finding.empty-object.remedy': '请向 {object} 添加内容，或删除该规则。',

  'finding.unused-list.title': '没有规则引用的列表',
  'finding.unused-list.why': '没有规则引用列表 {list}。',
  'finding.unused-list.remedy': '删除它，或在规则中引用它。列表占用地域配额。',

  'finding.ports-all-but-zero.title': '仅一种协议的全部端口',
  'finding.ports-all-but-zero.why':
    '安全组 {group} 的规则 {rule} 的端口为 {protocol} 的 1/65535：即 {protocol} 除 0 以外的所有端口，不含其他协议。只有 ALL 加 -1/-1 才是所有协议。',
  'finding.ports-all-but-zero.remedy':
    '如果要包含所有协议，请使用协议 ALL 和 -1/-1；如果只针对 {protocol}，则无需处理。',

  'finding.ports-missing.title': 'TCP 或 UDP 未指定端口范围',
  'finding.ports-missing.why':
    '安全组 {group} 的规则 {rule} 的协议为 {protocol}，却没有端口范围（或为 -1/-1），服务会拒绝：-1/-1 只用于 ALL、ICMP 和 GRE。',
  'finding.ports-missing.remedy': '请指定 1 到 65535 之间的范围；所有端口写作 1/65535。',

  'finding.limit-rules-per-group.title': '安全组规则数接近或超过上限',
  'finding.limit-rules-per-group.why':
    '安全组 {subject} 已有 {used} 条规则，上限为 {most} 条（两个方向合计）；引用列表的规则按列表容量计数。',
  'finding.limit-rules-per-group.remedy': '删除不起作用和多余的规则，合并网段，或申请提高配额。',

  'finding.limit-rules-per-interface.title': '网卡的规则总数接近或超过上限',
  'finding.limit-rules-per-interface.why':
    '{subject} 加入的安全组 {groups} 共有 {used} 条规则，上限为 {most} 条。',
  'finding.limit-rules-per-interface.remedy': '退出某个安全组，或减少这些安全组的规则。',

  'finding.limit-groups-per-interface.title': '网卡加入的安全组数接近或超过上限',
  'finding.limit-groups-per-interface.why': '网卡 {subject} 加入了 {used} 个安全组，上限为 {most} 个。',
  'finding.limit-groups-per-interface.remedy': '合并总是一起使用的安全组。',

  'finding.limit-group-objects.title': '规则引用的安全组数接近或超过上限',
  'finding.limit-group-objects.why':
    '安全组 {subject} 的规则引用了 {used} 个不同的安全组，上限为 {most} 个。',
  'finding.limit-group-objects.remedy': '用网段或前缀列表代替部分安全组。',

  'finding.limit-addresses-per-group.title': '安全组内的地址数接近或超过上限',
  'finding.limit-addresses-per-group.why':
    '安全组 {subject} 中的网卡共有 {used} 个私网地址，上限为 {most} 个。',
  'finding.limit-addresses-per-group.remedy': '把部分网卡放入另一个安全组，或使用企业级安全组。',

  'finding.limit-list-associations.title': '引用前缀列表的安全组数接近或超过上限',
  'finding.limit-list-associations.why':
    '已有 {used} 个安全组的规则引用前缀列表 {subject}，上限为 {most} 个。',
  'finding.limit-list-associations.remedy': '为部分安全组另建一份相同的列表。',

  'finding.limit-list-entries.title': '列表条目数接近或超过上限',
  'finding.limit-list-entries.why': '列表 {subject} 有 {used} 个条目，上限为 {most} 个。',
  'finding.limit-list-entries.remedy': '合并相邻的条目，或使用另一个列表。',
}

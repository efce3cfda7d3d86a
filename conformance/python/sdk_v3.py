"""alibabacloud-ecs20140526, the present SDK: signature V3, JSON."""

from alibabacloud_ecs20140526 import models
from alibabacloud_ecs20140526.client import Client
from alibabacloud_tea_openapi import models as open_api

from target import ENDPOINT, KEY_ID, KEY_SECRET, REGION, SECURE, check, refused

client = Client(
    open_api.Config(
        access_key_id=KEY_ID,
        access_key_secret=KEY_SECRET,
        region_id=REGION,
        endpoint=ENDPOINT,
        protocol="https" if SECURE else "http",
    )
)


def rules(group, **extra):
    request = models.DescribeSecurityGroupAttributeRequest(region_id=REGION, security_group_id=group, **extra)
    return client.describe_security_group_attribute(request).body.permissions.permission


regions = client.describe_regions(models.DescribeRegionsRequest()).body.regions.region
check("regions are listed", REGION in [region.region_id for region in regions], True)

tag = models.CreateSecurityGroupRequestTag(key="made-by", value="sallyport conformance *~ü")
made = client.create_security_group(
    models.CreateSecurityGroupRequest(
        region_id=REGION, security_group_name="python-v3", description="Python, V3.", tag=[tag]
    )
)
group = made.body.security_group_id
try:
    listed = client.describe_security_groups(
        models.DescribeSecurityGroupsRequest(
            region_id=REGION,
            tag=[models.DescribeSecurityGroupsRequestTag(key=tag.key, value=tag.value)],
            security_group_id=group,
        )
    ).body
    check("the group is found by its tag", [one.security_group_id for one in listed.security_groups.security_group], [group])
    check("a new group has no rules", rules(group), [])

    egress = models.AuthorizeSecurityGroupEgressRequestPermissions(
        ip_protocol="tcp", port_range="443/443", dest_cidr_ip="203.0.113.0/24", policy="drop", priority="7"
    )
    client.authorize_security_group_egress(
        models.AuthorizeSecurityGroupEgressRequest(region_id=REGION, security_group_id=group, permissions=[egress])
    )
    ingress = models.AuthorizeSecurityGroupRequestPermissions(
        ip_protocol="ICMPv6", port_range="-1/-1", ipv_6source_cidr_ip="2001:DB8:0::/32", description="neighbours"
    )
    client.authorize_security_group(
        models.AuthorizeSecurityGroupRequest(region_id=REGION, security_group_id=group, permissions=[ingress])
    )
    found = rules(group)
    check(
        "rules come back in the canonical spelling",
        sorted((r.direction, r.ip_protocol, r.policy, int(r.priority), r.dest_cidr_ip or r.ipv_6source_cidr_ip) for r in found),
        [("egress", "TCP", "Drop", 7, "203.0.113.0/24"), ("ingress", "ICMPv6", "Accept", 1, "2001:db8::/32")],
    )
    inbound = [r for r in rules(group, direction="ingress")]
    check("the direction narrows the answer", [r.description for r in inbound], ["neighbours"])

    rule = inbound[0].security_group_rule_id
    client.modify_security_group_rule(
        models.ModifySecurityGroupRuleRequest(
            region_id=REGION, security_group_id=group, security_group_rule_id=rule, priority="20"
        )
    )
    check("a rule is changed by its id", [(r.security_group_rule_id, int(r.priority)) for r in rules(group, direction="ingress")], [(rule, 20)])

    client.revoke_security_group(
        models.RevokeSecurityGroupRequest(region_id=REGION, security_group_id=group, security_group_rule_id=[rule])
    )
    client.revoke_security_group_egress(
        models.RevokeSecurityGroupEgressRequest(
            region_id=REGION,
            security_group_id=group,
            permissions=[
                models.RevokeSecurityGroupEgressRequestPermissions(
                    ip_protocol="tcp", port_range="443/443", dest_cidr_ip="203.0.113.0/24", policy="drop", priority="7"
                )
            ],
        )
    )
    check("both ways of revoking leave no rule", rules(group), [])
finally:
    client.delete_security_group(models.DeleteSecurityGroupRequest(region_id=REGION, security_group_id=group))

refused(
    "a group that is gone has the documented code",
    lambda: rules(group),
    "InvalidSecurityGroupId.NotFound",
    lambda error: error.code,
)

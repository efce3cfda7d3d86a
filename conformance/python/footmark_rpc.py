"""footmark, which Ansible's alibaba.alicloud collection is built on. It finds the endpoint as aliyun-python-sdk-core does."""

from aliyunsdkcore.profile import region_provider
from footmark.ecs.connection import ECSConnection

from target import ENDPOINT, KEY_ID, KEY_SECRET, REGION, check

region_provider.modify_point("Ecs", REGION, ENDPOINT)
connection = ECSConnection(KEY_ID, KEY_SECRET, region=REGION)

group = connection.create_security_group(security_group_name="footmark", description="as Ansible does")
try:
    rule = {
        "ip_protocol": "tcp",
        "port_range": "80/80",
        "source_cidr_ip": "10.0.0.0/8",
        "policy": "accept",
        "priority": 5,
        "description": "web",
    }
    check("a rule is made", group.authorize(rule, "ingress"), True)
    found = connection.describe_security_groups(security_group_id=group.id)
    check("the group is described", [one.id for one in found], [group.id])
    read = connection.describe_security_group_attribute(security_group_id=group.id)
    check("the rule is read back as written", [{name: one[name] for name in rule} for one in read.permissions], [{**rule, "ip_protocol": "TCP", "policy": "Accept"}])
    check("a rule is revoked", connection.revoke_security_group(security_group_id=group.id, **rule), True)
finally:
    check("the group is deleted", connection.delete_security_group(security_group_id=group.id), True)

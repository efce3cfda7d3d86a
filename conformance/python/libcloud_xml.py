"""apache-libcloud's ECS driver: signature V1, GET, XML answers and XML errors."""

from libcloud.compute.drivers.ecs import ECSDriver

from target import HOST, KEY_ID, KEY_SECRET, PORT, REGION, SECURE, check, refused

driver = ECSDriver(KEY_ID, KEY_SECRET, region=REGION, secure=SECURE, host=HOST, port=PORT)

check("regions are listed", REGION in [location.id for location in driver.list_locations()], True)
zones = driver.ex_list_zones(region_id=REGION)
check("zones offer instance types", all(zone.available_instance_types for zone in zones), True)
check("sizes are listed", len(driver.list_sizes()) > 0, True)

group = driver.ex_create_security_group(description="libcloud & XML <tags>")
try:
    listed = driver.ex_list_security_groups(ex_filters={"SecurityGroupId": group})
    check("the group is listed with its description", [(one.id, one.description) for one in listed], [(group, "libcloud & XML <tags>")])
    driver.ex_modify_security_group_by_id(group, name="libcloud", description="changed")
    changed = driver.ex_list_security_groups(ex_filters={"SecurityGroupId": group})
    check("name and description are changed", [(one.name, one.description) for one in changed], [("libcloud", "changed")])
    driver.connection.request(
        "/",
        {
            "Action": "AuthorizeSecurityGroup",
            "RegionId": REGION,
            "SecurityGroupId": group,
            "IpProtocol": "tcp",
            "PortRange": "22/22",
            "SourceCidrIp": "198.51.100.0/24",
            "Priority": "3",
        },
    )
    rules = driver.ex_list_security_group_attributes(group)
    check(
        "the rule is read from XML",
        [(one.ip_protocol, one.port_range, one.policy, one.nic_type) for one in rules],
        [("TCP", "22/22", "Accept", "intranet")],
    )
finally:
    check("the group is deleted", driver.ex_delete_security_group_by_id(group), True)

refused(
    "a group that is gone has the documented code",
    lambda: driver.ex_list_security_group_attributes(group),
    True,
    lambda error: "InvalidSecurityGroupId.NotFound" in str(error),
)

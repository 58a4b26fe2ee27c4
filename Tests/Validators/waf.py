"""Checks that each member is what UpdateIPSet of AWS WAF takes, by botocore's model, and prints the addresses by version."""
import ipaddress
import json
import re
import sys

import botocore.session
import botocore.validate

model = botocore.session.get_session().get_service_model("wafv2")
shape = model.operation_model("UpdateIPSet").input_shape
sets = json.load(open(sys.argv[1], encoding="utf-8"))
assert list(sets) == ["IPV4", "IPV6"], list(sets)
for version, members in sets.items():
    report = botocore.validate.ParamValidator().validate(members, shape)
    assert not report.has_errors(), report.generate_report()
    for name, value in members.items():
        # The validator leaves words and patterns to the service.
        member = shape.members[name]
        pattern, words = member.metadata.get("pattern"), member.metadata.get("enum")
        assert not words or value in words, f"{name}: {value!r} is none of {words}"
        assert not pattern or re.search(pattern, value), f"{name}: {value!r} does not match {pattern}"
        assert "max" not in member.metadata or len(value) <= member.metadata["max"], f"{name}: too long"
    # Limits of the service that the model does not have.
    assert len(members["Addresses"]) <= 10_000, "too many"
    for address in members["Addresses"]:
        network = ipaddress.ip_network(address)
        assert "/" in address and network.version == int(version[3:]) and network.prefixlen > 0, address
print(json.dumps({version: members["Addresses"] for version, members in sets.items()}))

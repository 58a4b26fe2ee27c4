"""check-asff.py FILE: every line of FILE is what BatchImportFindings of AWS Security Hub takes.

The model is botocore's: members, types, lengths by its own validator; words and patterns, which that one leaves to the
service, by the model; and what the service's documentation limits besides. Prints how many batches and findings there
were. Ends with 1 and the faults, or with 9 where Debian's python3-botocore is missing.
"""
import json
import re
import sys

try:
    import botocore.session
    import botocore.validate
except ImportError as error:
    sys.exit(print(f"python3-botocore is missing (apt-get install python3-botocore): {error}") or 9)

model = botocore.session.get_session().get_service_model("securityhub")
shape = model.operation_model("BatchImportFindings").input_shape
faults = []


def walk(value, shape, path):
    """Words and patterns of every text, and that no member is unknown."""
    if shape.type_name == "structure":
        for name, member in value.items():
            if name not in shape.members:
                faults.append(f"{path}.{name}: no such member")
            else:
                walk(member, shape.members[name], f"{path}.{name}")
    elif shape.type_name == "list":
        for place, member in enumerate(value):
            walk(member, shape.member, f"{path}[{place}]")
    elif shape.type_name == "map":
        for name, member in value.items():
            walk(name, shape.key, f"{path} key")
            walk(member, shape.value, f"{path}.{name}")
    elif shape.type_name == "string":
        if shape.enum and value not in shape.enum:
            faults.append(f"{path}: {value!r} is none of {shape.enum}")
        pattern = shape.metadata.get("pattern")
        if pattern and not re.search(pattern, value, re.DOTALL):
            faults.append(f"{path}: {value!r} does not match {pattern}")


def limit(value, most, path):
    if len(value) > most:
        faults.append(f"{path}: {len(value)} of at most {most}")


TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")
TYPE = re.compile(
    r"(Software and Configuration Checks|TTPs|Effects|Unusual Behaviors|Sensitive Data Identifications)(/[^/]+){0,2}"
)


def documented(finding, path):
    """Limits that stand in the documentation alone."""
    limit(finding["Title"], 256, f"{path}.Title")
    limit(finding["Description"], 1024, f"{path}.Description")
    limit(finding["Id"], 512, f"{path}.Id")
    limit(finding["GeneratorId"], 512, f"{path}.GeneratorId")
    limit(finding["Resources"], 32, f"{path}.Resources")
    limit(finding["Types"], 50, f"{path}.Types")
    limit(finding["ProductFields"], 50, f"{path}.ProductFields")
    limit(finding["Remediation"]["Recommendation"]["Text"], 512, f"{path}.Remediation")
    for name, value in finding["ProductFields"].items():
        limit(name, 128, f"{path}.ProductFields")
        limit(value, 2048, f"{path}.ProductFields.{name}")
        assert not name.startswith("aws/"), name
    for name in ["CreatedAt", "UpdatedAt", "FirstObservedAt", "LastObservedAt"]:
        if not TIME.fullmatch(finding[name]):
            faults.append(f"{path}.{name}: {finding[name]}")
    for kind in finding["Types"] + finding["FindingProviderFields"]["Types"]:
        if not TYPE.fullmatch(kind):
            faults.append(f"{path}.Types: {kind}")
    account, region = finding["AwsAccountId"], finding["Region"]
    arn = rf"arn:aws[a-z-]*:securityhub:{region}:{account}:product/{account}/default"
    if not re.fullmatch(r"\d{12}", account) or not re.fullmatch(arn, finding["ProductArn"]):
        faults.append(f"{path}: {account} {finding['ProductArn']}")
    label, score = finding["Severity"]["Label"], finding["Severity"]["Normalized"]
    bands = {"INFORMATIONAL": (0, 0), "LOW": (1, 39), "MEDIUM": (40, 69), "HIGH": (70, 89), "CRITICAL": (90, 100)}
    if not bands[label][0] <= score <= bands[label][1]:
        faults.append(f"{path}.Severity: {label} {score}")
    if len(json.dumps(finding).encode()) > 240 * 1024:
        faults.append(f"{path}: larger than 240 KB")


lines = open(sys.argv[1], encoding="utf-8", newline="\n").read().split("\n")
assert lines.pop() == "", "no line feed at the end"
findings = 0
for number, line in enumerate(lines, 1):
    batch = json.loads(line)
    findings += len(batch)
    report = botocore.validate.ParamValidator().validate({"Findings": batch}, shape)
    if report.has_errors():
        faults.append(f"line {number}: {report.generate_report()}")
    limit(batch, 100, f"line {number}")
    if len(line.encode()) > 131_071 and len(batch) > 1:
        faults.append(f"line {number}: {len(line.encode())} bytes are no argument")
    if len({(finding["AwsAccountId"], finding["Region"]) for finding in batch}) != 1:
        faults.append(f"line {number}: several accounts or regions")
    for place, finding in enumerate(batch):
        walk(finding, shape.members["Findings"].member, f"line {number}[{place}]")
        documented(finding, f"line {number}[{place}]")
print("".join(f"{fault}\n" for fault in faults), end="")
print(f"{len(lines)} batches, {findings} findings, {len(faults)} faults")
sys.exit(1 if faults else 0)

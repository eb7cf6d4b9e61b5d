"""Writes offers.json: what each region has, as the packages cfn-lint and moto on PyPI say. They copy AWS's own lists; no account is asked.

    python3 -m venv /tmp/offers && /tmp/offers/bin/pip install cfn-lint==1.58.0 moto==5.2.5
    /tmp/offers/bin/python lib/foundation/regions/refresh.py 2026-11-26
"""

import gzip
import json
import re
import sys
from importlib.metadata import version
from pathlib import Path

import cfnlint
import moto

HERE = Path(__file__).parent
SCHEMAS = Path(cfnlint.__file__).parent / "data/schemas"
OFFERINGS = Path(moto.__file__).parent / "ec2/resources/instance_type_offerings/availability-zone-id"
REGIONS = re.findall(r"^  '([a-z0-9-]+)': \{ index:", (HERE / "regions.ts").read_text(), re.M)
# What stages need and some region lacks, by the resource that CloudFormation refuses there.
SERVICES = {"fis": "AWS::FIS::ExperimentTemplate"}
# Regions that every account has (AWS Account Management guide, "Regions enabled by default"). CloudFront's standard logs (legacy) go to buckets
# in these alone (CloudFront guide, "Configure standard logging (legacy)": none in opt-in regions).
FOR_ALL = set(
    """us-east-1 us-east-2 us-west-1 us-west-2 ca-central-1 sa-east-1 eu-west-1 eu-west-2 eu-west-3 eu-central-1 eu-north-1
    ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-southeast-1 ap-southeast-2 ap-south-1""".split()
)
GRAVITON = re.compile(r"^[a-z]+\d+g[a-z]*\.")


def extension(path):
    return json.loads((SCHEMAS / "extensions" / path).read_text())


def classes(branches, engine):
    """Database classes of one engine, out of a list of if-then branches."""
    found = set()
    for branch in branches:
        conditions = branch["if"]["properties"]
        if conditions.get("Engine", {}).get("const") == engine and "DBInstanceClass" in branch["then"]["properties"]:
            found.update(branch["then"]["properties"]["DBInstanceClass"]["enum"])
    return found


servers = extension("aws_ec2_instance/instancetype_enum.json")
caches = extension("aws_elasticache_cachecluster/cachenodetype_enum.json")
databases = extension("aws_rds_dbinstance/dbinstanceclass_enum.json")


def zones(region):
    """Arm types by zone id."""
    file = OFFERINGS / f"{region}.json.gz"
    found = {}
    for offer in json.loads(gzip.decompress(file.read_bytes())) if file.exists() else []:
        found.setdefault(offer["Location"], set()).add(offer["InstanceType"])
    return {zone: {one for one in types if GRAVITON.match(one)} for zone, types in sorted(found.items())}


def types_of(region):
    here = {}
    by_zone = zones(region)
    listed = set(servers.get(region, {}).get("enum", [])) or set().union(*by_zone.values()) if by_zone or region in servers else set()
    kinds = {
        "servers": {one for one in listed if GRAVITON.match(one)},
        "caches": {one.removeprefix("cache.") for one in caches.get(region, {}).get("enum", [])},
        "databases": {one.removeprefix("db.") for one in classes(databases.get(region, {}).get("allOf", []), "postgres")},
        "clusters": {one.removeprefix("db.") for one in classes(databases.get(region, {}).get("allOf", []), "aurora-postgresql")},
    }
    for kind, types in kinds.items():
        if types:
            here[kind] = types
    return here, by_zone


def by_family(types):
    families = {}
    for one in (one for one in types if "." in one):
        family, size = one.split(".", 1)
        families.setdefault(family, set()).add(size)
    return families


ORDER = ["nano", "micro", "small", "medium", "large", "xlarge"]


def rank(size):
    return (ORDER.index(size), 0) if size in ORDER else (9, int(re.match(r"\d+", size).group() if re.match(r"\d+", size) else 999), size)


everything = {region: types_of(region) for region in REGIONS}
sizes = {}
for here, _ in everything.values():
    for kind, types in here.items():
        for family, found in by_family(types).items():
            sizes.setdefault(kind, {}).setdefault(family, set()).update(found)

regions = {}
for region, (here, by_zone) in everything.items():
    row = {}
    without = []
    for kind, types in here.items():
        families = by_family(types)
        row[kind] = " ".join(sorted(families))
        without += [f"{kind}:{family}.{size}" for family in sorted(families) for size in sorted(sizes[kind][family] - families[family], key=rank)]
    if without:
        row["without"] = " ".join(without)
    row["lacks"] = [] if region in FOR_ALL else ["cdn-logs"]
    schema = SCHEMAS / "providers" / f"{region}.json"
    if schema.exists():
        listed = json.loads(schema.read_text())
        row["lacks"] += [service for service, resource in SERVICES.items() if resource not in listed]
    every = {family for types in by_zone.values() for family in by_family(types)}
    poor = {zone: " ".join(sorted(every - set(by_family(types)))) for zone, types in by_zone.items()}
    row["zonesWithout"] = {zone: families for zone, families in poor.items() if families}
    regions[region] = {key: value for key, value in row.items() if value}

table = {
    "asOf": sys.argv[1],
    "sources": [f"cfn-lint {version('cfn-lint')} (PyPI): regional resource schemas and type lists", f"moto {version('moto')} (PyPI): EC2 DescribeInstanceTypeOfferings by zone id"],
    "sizes": {kind: {family: " ".join(sorted(found, key=rank)) for family, found in sorted(families.items())} for kind, families in sizes.items()},
    "regions": regions,
}
(HERE / "offers.json").write_text(json.dumps(table, indent=2, ensure_ascii=False) + "\n")
print(len(regions), "regions")

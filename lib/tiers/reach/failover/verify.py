def verify(event, _context):
    """Every writer and every pointer that can be read say the same; otherwise the run has failed, and says what stands where."""
    found = databases(event)
    stands = standing(event, found)
    pointers = {}
    for region in event["Regions"]:
        try:
            pointers[region] = client("ssm", region).get_parameter(Name=event["Pointer"])["Parameter"]["Value"]
        except Exception as error:
            pointers[region] = refusal(error)
    wrong = [region for region, value in pointers.items() if value != event["Target"]]
    if stands["Open"] or event["Target"] in wrong or (wrong and event["Mode"] == "switchover"):
        raise RuntimeError(json.dumps({**stands, "Pointers": pointers}))
    return report(**stands, Pointers=pointers)

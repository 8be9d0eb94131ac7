# As webhook.js, in Python.
import json
import sys

import standardwebhooks

for line in sys.stdin:
    request = json.loads(line)
    try:
        standardwebhooks.Webhook(request["secret"]).verify(request["body"], request["headers"])
        print("holds")
    except Exception as fault:
        print(f"{type(fault).__name__}: {fault}")

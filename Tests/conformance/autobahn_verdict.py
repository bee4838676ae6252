"""Reads the report of the Autobahn suite: autobahn_verdict.py DIR. Says which cases failed; the last line counts."""

import json
import pathlib
import sys

# INFORMATIONAL cases measure or watch what the RFC leaves open; NON-STRICT is sound, if later than it might be.
GOOD = {"OK", "INFORMATIONAL", "NON-STRICT"}

(report,) = json.loads((pathlib.Path(sys.argv[1]) / "index.json").read_text()).values()
failed = 0
for name, case in sorted(report.items(), key=lambda item: [int(part) for part in item[0].split(".")]):
    verdicts = {case["behavior"], case["behaviorClose"]}
    if not verdicts <= GOOD:
        failed += 1
        print("FAILED Autobahn %s: %s" % (name, ", ".join(sorted(verdicts))))
print("%d Autobahn cases passed, %d failed" % (len(report) - failed, failed))
sys.exit(failed > 0 or not report)

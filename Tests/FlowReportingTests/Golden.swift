/// The complete texts of the example reports: whoever changes a report observes here what changed.
enum Golden {
  static let fullJSON = #"""
    {
      "schema": "weir.report/1",
      "generator": {
        "name": "weir",
        "version": "0.1.0"
      },
      "command": ["weir", "analyze", "b.log.gz"],
      "input": {
        "files": 2,
        "compressedBytes": 1000,
        "bytes": 250000,
        "lines": 1008,
        "records": {
          "ok": 1000,
          "noData": 4,
          "skipData": 1
        },
        "headerLines": 1,
        "rejectedLines": {
          "total": 2,
          "byReason": {
            "bad-port": 2
          }
        },
        "firstStart": 1767607207,
        "lastEnd": 1767841207,
        "complete": false,
        "skipDataWindows": 1,
        "sources": [
          {
            "path": "a.log.gz",
            "form": "gzip",
            "lines": 0,
            "records": {
              "ok": 0,
              "noData": 0,
              "skipData": 0
            },
            "rejectedLines": 0,
            "truncated": false
          },
          {
            "path": "b.log.gz",
            "form": "gzip",
            "format": "srcaddr dstaddr; odd",
            "lines": 1008,
            "records": {
              "ok": 1000,
              "noData": 4,
              "skipData": 1
            },
            "rejectedLines": 2,
            "truncated": true,
            "fault": "ends in the middle of a gzip stream",
            "firstReject": {
              "line": 7,
              "reason": "bad-port"
            }
          }
        ]
      },
      "summary": {
        "critical": 0,
        "high": 0,
        "medium": 1,
        "low": 0,
        "info": 0,
        "suppressed": 0,
        "folded": 0
      },
      "notices": ["tcp-flags is missing"],
      "interrupted": true,
      "findings": [
        {
          "id": "edf417b052464c14",
          "rule": "scan.horizontal",
          "title": "SSH scan",
          "severity": "medium",
          "score": 42,
          "confidence": "medium",
          "stage": "P1",
          "outcome": "blocked",
          "labels": ["slow"],
          "service": {
            "protocol": 6,
            "port": 22,
            "name": "SSH"
          },
          "actor": {
            "prefix": "203.0.113.0/24",
            "internal": true,
            "members": {
              "count": 1234,
              "sample": ["203.0.113.7", "2001:db8:aaaa:bbbb:cccc:dddd:eeee:f001"]
            }
          },
          "targets": {
            "count": 2345,
            "exact": false,
            "sample": [
              {
                "ip": "192.0.2.10",
                "port": 22,
                "interface": "eni-0a"
              },
              {
                "ip": "192.0.2.11"
              }
            ]
          },
          "firstSeen": "2026-01-05T10:00:07Z",
          "lastSeen": "2026-01-08T03:00:07Z",
          "counts": {
            "conversations": 20,
            "records": 21,
            "accepted": 1,
            "rejected": 20,
            "packets": 22,
            "bytes": 880
          },
          "why": [
            {
              "measure": "local addresses tried",
              "value": 2345,
              "from": 10,
              "to": 1000,
              "weight": 0.6,
              "contribution": 0.6
            },
            {
              "measure": "hours",
              "value": 65.5,
              "from": 24,
              "to": 720,
              "weight": 0.2,
              "contribution": 0.059
            }
          ],
          "evidence": [
            {
              "path": "a.log.gz",
              "line": 3,
              "text": "2 1234 \"eni\""
            }
          ],
          "detail": "20 closed ports",
          "next": "Look.",
          "techniques": ["T1595.001", "T1046"],
          "suppressWith": "- {rule: scan.horizontal, source: \"203.0.113.7\", reason: \"say why\"}"
        }
      ],
      "facts": [],
      "tables": {
        "sshSources": [
          {
            "source": "203.0.113.7",
            "records": 1200,
            "distinctDestinations": 1,
            "accepted": 1,
            "rejected": 1199,
            "bytes": 48000,
            "first": 1767607207,
            "last": 1767607267
          }
        ],
        "portScans": [
          {
            "source": "203.0.113.7",
            "destination": "192.0.2.10",
            "distinctPorts": 20,
            "rejected": 20,
            "records": 21
          }
        ],
        "hostSweeps": [
          {
            "source": "203.0.113.7",
            "protocol": 17,
            "port": 161,
            "distinctDestinations": 6,
            "rejected": 6,
            "records": 7
          }
        ],
        "topTalkers": [
          {
            "source": "192.0.2.10",
            "destination": "203.0.113.7",
            "bytes": 1536,
            "packets": 3,
            "records": 1
          }
        ],
        "externalDestinations": [
          {
            "source": "192.0.2.10",
            "destination": "2001:db8:aaaa:bbbb:cccc:dddd:eeee:f002",
            "bytes": 1023,
            "packets": 1,
            "records": 2
          }
        ],
        "rejectedSources": [
          {
            "source": "203.0.113.7",
            "records": 21,
            "distinctDestinations": 1,
            "distinctPorts": 20
          }
        ]
      }
    }

    """#

  static let emptyJSON = #"""
    {
      "schema": "weir.report/1",
      "generator": {
        "name": "weir",
        "version": "0.1.0"
      },
      "command": [],
      "input": {
        "files": 0,
        "compressedBytes": 0,
        "bytes": 0,
        "lines": 0,
        "records": {
          "ok": 0,
          "noData": 0,
          "skipData": 0
        },
        "headerLines": 0,
        "rejectedLines": {
          "total": 0,
          "byReason": {}
        },
        "complete": true,
        "skipDataWindows": 0,
        "sources": []
      },
      "summary": {
        "critical": 0,
        "high": 0,
        "medium": 0,
        "low": 0,
        "info": 0,
        "suppressed": 0,
        "folded": 0
      },
      "notices": [],
      "findings": [],
      "facts": [],
      "tables": {
        "sshSources": [],
        "portScans": [],
        "hostSweeps": [],
        "topTalkers": [],
        "externalDestinations": [],
        "rejectedSources": []
      }
    }

    """#

  static let fullTextAt160 = """
    Read 2 files, 1000 B → 244 KiB, 1,005 records, 2026-01-05 10:00 – 2026-01-08 03:00 UTC
    INCOMPLETE: 2 malformed lines, NODATA 4, SKIPDATA 1 window
    INTERRUPTED: the report covers what was read until then.
    ! b.log.gz: ends in the middle of a gzip stream; 2 malformed lines, first is line 7: bad-port
    * tcp-flags is missing

    1 finding: 1 medium
      #  SEV     SCORE  FINDING   SOURCE → TARGET                                        TIME (UTC)                    OUTCOME
      1  MED  ●     42  SSH scan  203.0.113.0/24 (1,234 sources) → ~2,345 addresses :22  01-05 10:00–01-08 03:00 slow  20 closed ports
                        why (scan.horizontal): 42 = reconnaissance (5–29), 62 % of the range: local addresses tried 2,345 (0.6 of 0.6), hours 65.5 (0.06 of 0.2)
                        next: Look.

    Tables, the first 3 rows of each (all 20: --format json)
      SSH sources (tcp/22)      203.0.113.7  1 address, 1,200 records, 1 accepted
      Most ports per host pair  203.0.113.7 → 192.0.2.10  20 ports, 21 records, 20 rejected
      Most hosts per service    203.0.113.7 → SNMP  6 addresses, 7 records, 6 rejected
      Top talkers               192.0.2.10 → 203.0.113.7  1.5 KiB, 3 packets, 1 record
      External destinations     192.0.2.10 → 2001:db8:aaaa:bbbb:cccc:dddd:eeee:f002  1023 B, 1 packet, 2 records
      Rejected sources          203.0.113.7  21 records, 1 address, 20 ports

    Next: weir explain scan.horizontal    weir --format json …    weir fields …

    """

  static let emptyText = """
    Read 0 files, 0 B, 0 records
    Complete: 0 malformed lines

    No records, so no findings.

    """
}

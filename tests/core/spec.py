"""The specification of the core as tables, written from what it should do and not from the rows that do it.

DECISIONS: what each verb does. `verb | in these states | said by these | if | outcome`. An outcome is `refused`,
`already`, `goes on` (done, nothing moves) or the state moved to with its cause. Facts not asked for do not matter.

What follows from what is told in stories.txt: a title, what was said before, `>` the command, and everything that comes
of it, in order.

CONSEQUENCES, INSTRUCTIONS, BEGINNINGS and LIMITS: once more as bare tables, because some rows cannot be seen at work:
one that forgets a clock another row has just forgotten, say.

Each table holds for the base rules; what a vendor does otherwise is under its name in OTHERWISE, line for line.
"""

DECISIONS = {
    "call": """
place              | queued ringing in-progress completed | api far-party          |               | already

ring               | queued                | carrier                |               | ringing
ring               | ringing               | carrier                |               | already
ring               | in-progress completed | carrier                |               | refused

answer             | queued                | far-party api document |               | refused
answer             | ringing               | far-party              | outbound      | in-progress
answer             | ringing               | far-party              | inbound       | refused
answer             | ringing               | api document           | outbound      | refused
answer             | ringing               | api document           | inbound       | in-progress
answer             | in-progress           | far-party api document |               | already
answer             | completed             | far-party api document |               | refused

hang_up            | queued ringing        | api                    |               | completed, cancelled
hang_up            | in-progress           | api far-party document |               | completed, normal
hang_up            | queued                | far-party document     |               | refused
hang_up            | ringing               | far-party              | outbound      | completed, rejected
hang_up            | ringing               | far-party              | inbound       | completed, cancelled
hang_up            | ringing               | document               |               | completed, rejected
hang_up            | completed             | api far-party document |               | already

hang_up_all        | queued                | api                    |               | refused
hang_up_all        | ringing               | api                    |               | completed, cancelled
hang_up_all        | in-progress           | api                    |               | completed, normal
hang_up_all        | completed             | api                    |               | already

cancel             | queued ringing        | api platform           |               | completed, cancelled
cancel             | in-progress           | api platform           |               | refused
cancel             | completed             | api platform           |               | already

reject             | queued                | far-party              |               | completed, rejected
reject             | ringing               | far-party              | outbound      | completed, rejected
reject             | ringing               | far-party              | inbound       | refused
reject             | in-progress           | far-party              |               | refused
reject             | queued                | document               |               | refused
reject             | ringing               | document               |               | completed, rejected
reject             | in-progress           | document               |               | completed, normal
reject             | completed             | far-party document     |               | already

busy               | queued                | far-party              |               | completed, busy
busy               | ringing               | far-party              | outbound      | completed, busy
busy               | ringing               | far-party              | inbound       | refused
busy               | in-progress           | far-party              |               | refused
busy               | queued                | document               |               | refused
busy               | ringing               | document               |               | completed, busy
busy               | in-progress           | document               |               | completed, normal
busy               | completed             | far-party document     |               | already

no_answer          | queued                | carrier                |               | completed, no-answer
no_answer          | ringing               | carrier                | outbound      | completed, no-answer
no_answer          | ringing               | carrier                | inbound       | refused
no_answer          | in-progress           | carrier                |               | refused
no_answer          | completed             | carrier                |               | already

fail               | queued ringing        | carrier platform       |               | completed, failed
fail               | in-progress           | carrier platform       |               | refused
fail               | completed             | carrier platform       |               | already

ring_time_over     | queued in-progress    | platform               |               | refused
ring_time_over     | ringing               | platform               |               | completed, ring-timeout
ring_time_over     | completed             | platform               |               | already

time_limit_reached | queued ringing        | platform               |               | refused
time_limit_reached | in-progress           | platform               |               | completed, time-limit
time_limit_reached | completed             | platform               |               | already

schedule_reached   | queued                | platform               |               | refused
schedule_reached   | ringing in-progress   | platform               |               | completed, time-limit
schedule_reached   | completed             | platform               |               | already

run                | queued completed      | document               |               | refused
run                | ringing               | document               |               | goes on
run                | in-progress           | document               | in-no-mpc     | goes on
run                | in-progress           | document               | left-mpc      | goes on
run                | in-progress           | document               | joining-mpc   | refused
run                | in-progress           | document               | in-mpc        | refused

proceed            | queued completed      | platform               |               | refused
proceed            | ringing in-progress   | platform               |               | goes on

run_out            | queued                | platform               |               | refused
run_out            | ringing in-progress   | platform               |               | completed, end-of-instructions
run_out            | completed             | platform               |               | already

bad_instructions   | queued                | platform               |               | refused
bad_instructions   | ringing               | platform               |               | completed, bad-instructions
bad_instructions   | in-progress           | platform               | answer in-no-mpc | completed, bad-instructions
bad_instructions   | in-progress           | platform               | answer left-mpc | completed, bad-instructions
bad_instructions   | in-progress           | platform               | action in-no-mpc | completed, bad-instructions
bad_instructions   | in-progress           | platform               | action left-mpc | completed, bad-instructions
bad_instructions   | in-progress           | platform               | redirect in-no-mpc | completed, bad-instructions
bad_instructions   | in-progress           | platform               | redirect left-mpc | completed, bad-instructions
bad_instructions   | in-progress           | platform               | exit in-no-mpc | completed, bad-instructions
bad_instructions   | in-progress           | platform               | exit left-mpc | completed, bad-instructions
bad_instructions   | in-progress           | platform               | joining-mpc   | refused
bad_instructions   | in-progress           | platform               | in-mpc        | refused
bad_instructions   | completed             | platform               |               | already

add                | queued ringing        | api                    |               | refused
add                | in-progress           | api                    | in-no-mpc     | goes on
add                | in-progress           | api                    | left-mpc      | goes on
add                | in-progress           | api                    | joining-mpc   | refused
add                | in-progress           | api                    | in-mpc        | refused
add                | completed             | api                    |               | refused

join               | queued ringing        | document               |               | refused
join               | in-progress           | document               | in-no-mpc     | goes on
join               | in-progress           | document               | left-mpc      | goes on
join               | in-progress           | document               | joining-mpc   | refused
join               | in-progress           | document               | in-mpc        | refused
join               | completed             | document               |               | refused

end_with_mpc       | queued ringing        | api platform           |               | refused
end_with_mpc       | in-progress           | api platform           |               | completed, mpc-ended
end_with_mpc       | completed             | api platform           |               | already

end_by_kick        | queued ringing        | api                    |               | refused
end_by_kick        | in-progress           | api                    |               | completed, kicked
end_by_kick        | completed             | api                    |               | already
""",
    "mpc": """
start              | initialized           | platform               |               | active
start              | active                | platform               |               | already
start              | ended                 | platform               |               | refused

stop               | initialized active    | api                    |               | ended, stopped
stop               | ended                 | api                    |               | already

recount            | initialized           | platform               |               | refused
recount            | active                | platform               | nobody        | ended, no-participants
recount            | active                | platform               | one no-stay-alone | ended, stay-alone
recount            | active                | platform               | one stay-alone | already
recount            | active                | platform               | several       | already
recount            | ended                 | platform               |               | already

lose_joining       | initialized active    | platform               | nobody none-joining | ended, no-participants
lose_joining       | initialized active    | platform               | nobody some-joining | already
lose_joining       | initialized active    | platform               | one           | already
lose_joining       | initialized active    | platform               | several       | already
lose_joining       | ended                 | platform               |               | already
""",
    "participant": """
enter              | joining               | platform               |               | active
enter              | active                | platform               |               | already
enter              | exited                | platform               |               | refused

leave              | joining active        | platform               |               | exited, call-ended
leave              | exited                | platform               |               | already

kick               | joining active        | api                    |               | exited, kicked
kick               | exited                | api                    |               | already

dismiss            | joining active        | api platform           |               | exited, mpc-ended
dismiss            | exited                | api platform           |               | already
""",
    "action": """
finish             | running               | platform               |               | finished
finish             | finished stopped      | platform               |               | already

cut_off            | running               | platform               |               | stopped
cut_off            | finished stopped      | platform               |               | already
""",
}

CONSEQUENCES = """
call ringing            | outbound                                | itself set-ring-timer by platform
call ringing            | inbound answer-url                      | itself fetch-answer by platform

call in-progress        |                                         | itself forget-ring-timer by platform
call in-progress        |                                         | itself set-limit-timer by platform
call in-progress        | outbound answer-url in-no-mpc           | itself fetch-answer by platform
call in-progress        | joining-mpc                             | its-participant enter by platform
call in-progress        | no-answer-url left-mpc                  | itself run_out by platform

call completed          |                                         | each-action cut_off by platform
call completed          | joining-mpc                             | its-participant leave by platform
call completed          | in-mpc                                  | its-participant leave by platform
call completed          |                                         | itself forget-ring-timer by platform
call completed          |                                         | itself forget-limit-timer by platform
call completed          |                                         | itself forget-schedule-timer by platform
call completed          | hangup-url was-queued cancelled         | itself tell-hangup by platform
call completed          | hangup-url was-queued rejected          | itself tell-hangup by platform
call completed          | hangup-url was-queued busy              | itself tell-hangup by platform
call completed          | hangup-url was-queued no-answer         | itself tell-hangup by platform
call completed          | hangup-url was-queued failed            | itself tell-hangup by platform
call completed          | hangup-url was-ringing                  | itself tell-hangup by platform
call completed          | hangup-url was-in-progress              | itself tell-hangup by platform
call completed          | answer-url-only inbound                 | itself nothing by platform

call run                |                                         | each-action cut_off by platform
call run                |                                         | itself take-document by platform
call run                |                                         | itself proceed by platform
call proceed            |                                         | itself run-element by platform
call bad_instructions   |                                         | itself proceed by platform
call add                |                                         | each-action cut_off by platform
call add                |                                         | itself admit by platform
call join               |                                         | itself admit by platform

action running          |                                         | itself set-action-timer by platform
action finished         | no-action-url                           | its-call proceed by platform
action finished         | action-url                              | its-call fetch-action by platform
action finished         | action-url-only-told                    | itself tell-recording by platform
action finished         | action-url-only-told                    | its-call proceed by platform
action stopped          |                                         | itself forget-action-timer by platform
action stopped          | action-url                              | itself tell-recording by platform
action stopped          | action-url-only-told                    | itself tell-recording by platform

participant active      |                                         | its-mpc start by platform

participant exited      | was-active mpc-ended exit-url           | its-call fetch-exit by platform
participant exited      | was-active mpc-ended no-exit-url xml    | its-call proceed by platform
participant exited      | was-active mpc-ended no-exit-url api    | its-call end_with_mpc by who did it
participant exited      | was-active mpc-ended no-exit-url adopted | its-call end_with_mpc by who did it
participant exited      | was-joining mpc-ended                   | its-call cancel by who did it

participant exited      | was-active kicked exit-url              | its-call fetch-exit by platform
participant exited      | was-active kicked no-exit-url xml       | its-call proceed by platform
participant exited      | was-active kicked no-exit-url api       | its-call end_by_kick by who did it
participant exited      | was-active kicked no-exit-url adopted   | its-call end_by_kick by who did it
participant exited      | was-joining kicked                      | its-call cancel by who did it

participant exited      | was-active call-ended                   | its-mpc recount by platform
participant exited      | was-active kicked                       | its-mpc recount by platform
participant exited      | was-joining call-ended                  | its-mpc lose_joining by platform
participant exited      | was-joining kicked                      | its-mpc lose_joining by platform

mpc ended               |                                         | each-participant dismiss by who did it
"""

INSTRUCTIONS = """
speak            | answers | start-action       | then waits   |
play             | answers | start-action       | then waits   |
wait             |         | start-action       | then waits   |
record           | answers | start-action       | then waits   |
hangup           |         | hang_up            | then waits   |
hangup-rejected  |         | reject             | then waits   |
hangup-busy      |         | busy               | then waits   |
hangup-scheduled |         | set-schedule-timer | then goes on |
redirect         | answers | fetch-redirect     | then waits   |
multipartycall   | answers | join               | then waits   |
unknown          |         | bad_instructions   | then waits   | spoils
none-left        |         | run_out            | then waits   |
"""

BEGINNINGS = """
call        | outbound | queued
call        | inbound  | ringing
mpc         |          | initialized
participant | xml      | joining
participant | api      | joining
participant | adopted  | joining
action      |          | running
"""

LIMITS = """
ring_timeout  | 60000
time_limit    | 14400000
redirects     | 70
document_time | 15000
speech_pace   | 100
recording     | max-length
many          | snapshot-first
request_uuid  | same
"""

OTHERWISE = {
    "base": {},
    "plivo": {
        "limits": """
ring_timeout  | 120000
add_ring_timeout | 45000
""",
    },
    "tryvox": {
        "call": """
hang_up            | queued                | api                    |               | refused
""",
        "mpc": """
recount            | active                | platform               | one no-stay-alone | already
""",
        "consequences": """
participant exited      | was-active mpc-ended exit-url           | its-call end_with_mpc by who did it
participant exited      | was-active mpc-ended no-exit-url xml    | its-call end_with_mpc by who did it
""",
    },
    "voipnow": {
        "limits": """
ring_timeout  | 25000
context       | own-user
""",
    },
}

"""The specification of the core as tables, written from what it should do and not from the rows that do it.

DECISIONS: what each verb does. `verb | in these states | said by these | if | outcome`. An outcome is `refused`,
`already`, `goes on` (done, nothing moves) or the state moved to with its cause. Facts not asked for do not matter.

What follows from what is told in stories/: a title, what was said before, `>` the command, and everything that comes
of it, in order.

CONSEQUENCES, INSTRUCTIONS, BEGINNINGS and LIMITS: once more as bare tables, because some rows cannot be seen at work:
one that forgets a clock another row has just forgotten, say.

Each table holds for the base rules; what a vendor does otherwise is under its name in OTHERWISE, line for line.
"""

DECISIONS = {
    "call": """
place              | queued ringing in-progress completed | api far-party document |               | already

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

lose_race          | queued ringing        | platform               |               | completed, lost-race
lose_race          | in-progress           | platform               | of-its-own    | refused
lose_race          | in-progress           | platform               | dialled       | refused
lose_race          | in-progress           | platform               | peer          | refused
lose_race          | in-progress           | platform               | to-be-confirmed | completed, lost-race
lose_race          | completed             | platform               |               | already

ring_schedule_reached | queued             | platform               |               | refused
ring_schedule_reached | ringing in-progress | platform              |               | completed, time-limit
ring_schedule_reached | completed          | platform               |               | already

lose_media         | queued ringing completed | carrier             |               | refused
lose_media         | in-progress           | carrier                |               | goes on

media_time_over    | queued ringing        | platform               |               | refused
media_time_over    | in-progress           | platform               |               | completed, media-timeout
media_time_over    | completed             | platform               |               | already

out_of_credit      | queued ringing in-progress | platform          |               | completed, out-of-credit
out_of_credit      | completed             | platform               |               | already

take_on            | queued                | platform               | in-no-line    | already
take_on            | queued                | platform               | in-line       | goes on
take_on            | queued                | platform               | out-of-line   | already
take_on            | queued                | platform               | dialled-later | already
take_on            | ringing in-progress completed | platform       |               | already

dial_delay_over    | queued                | platform               | dialled-later | goes on
dial_delay_over    | queued                | platform               | in-no-line    | already
dial_delay_over    | queued                | platform               | in-line       | already
dial_delay_over    | queued                | platform               | out-of-line   | already
dial_delay_over    | ringing in-progress completed | platform       |               | already

exceed             | queued ringing        | platform               |               | completed, over-limit
exceed             | in-progress           | platform               |               | refused
exceed             | completed             | platform               |               | already

detect             | queued ringing        | platform               |               | refused
detect             | in-progress           | platform               | no-machine-detection | refused
detect             | in-progress           | platform               | machine-detection | goes on
detect             | in-progress           | platform               | machine-hangup | goes on
detect             | completed             | platform               |               | already

end_for_machine    | queued ringing        | platform               |               | refused
end_for_machine    | in-progress           | platform               |               | completed, machine
end_for_machine    | completed             | platform               |               | already

detect_loop        | queued ringing        | platform               |               | completed, loop-detected
detect_loop        | in-progress           | platform               |               | refused
detect_loop        | completed             | platform               |               | already

confirm            | queued ringing completed | far-party           |               | refused
confirm            | in-progress           | far-party              | of-its-own    | refused
confirm            | in-progress           | far-party              | dialled       | refused
confirm            | in-progress           | far-party              | peer          | refused
confirm            | in-progress           | far-party              | to-be-confirmed | goes on

end_unconfirmed    | queued ringing        | platform               |               | refused
end_unconfirmed    | in-progress           | platform               |               | completed, unconfirmed
end_unconfirmed    | completed             | platform               |               | already

release            | queued ringing        | api other-leg platform |               | completed, cancelled
release            | in-progress           | api other-leg platform |               | completed, normal
release            | completed             | api other-leg platform |               | already

ring_time_over     | queued in-progress    | platform               |               | refused
ring_time_over     | ringing               | platform               |               | completed, ring-timeout
ring_time_over     | completed             | platform               |               | already

time_limit_reached | queued ringing        | platform               |               | refused
time_limit_reached | in-progress           | platform               |               | completed, time-limit
time_limit_reached | completed             | platform               |               | already

schedule_reached   | queued                | platform               |               | refused
schedule_reached   | ringing in-progress   | platform               |               | completed, time-limit
schedule_reached   | completed             | platform               |               | already

press              | queued                | far-party              |               | refused
press              | ringing               | far-party              | outbound      | refused
press              | ringing               | far-party              | inbound listening | goes on
press              | ringing               | far-party              | inbound not-listening | refused
press              | in-progress           | far-party              | listening     | goes on
press              | in-progress           | far-party              | not-listening | refused
press              | completed             | far-party              |               | refused

pre_answer_time_over | queued              | platform               |               | refused
pre_answer_time_over | ringing             | platform               | in-preanswer  | goes on
pre_answer_time_over | ringing             | platform               | not-in-preanswer | refused
pre_answer_time_over | in-progress         | platform               |               | refused
pre_answer_time_over | completed           | platform               |               | already

run                | queued completed      | document               |               | refused
run                | ringing               | document               | inbound       | goes on
run                | ringing               | document               | outbound      | refused
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
bad_instructions   | ringing               | platform               | answer no-fallback-url | completed, bad-instructions
bad_instructions   | ringing               | platform               | answer fallback-url something-came | goes on
bad_instructions   | ringing               | platform               | answer fallback-url nothing-came | goes on
bad_instructions   | ringing               | platform               | action | completed, bad-instructions
bad_instructions   | ringing               | platform               | redirect | completed, bad-instructions
bad_instructions   | ringing               | platform               | exit | completed, bad-instructions
bad_instructions   | ringing               | platform               | transfer | completed, bad-instructions
bad_instructions   | ringing               | platform               | fallback | completed, bad-instructions
bad_instructions   | in-progress           | platform               | answer in-no-mpc no-fallback-url | completed, bad-instructions
bad_instructions   | in-progress           | platform               | answer in-no-mpc fallback-url nothing-came | goes on
bad_instructions   | in-progress           | platform               | answer in-no-mpc fallback-url something-came | goes on
bad_instructions   | in-progress           | platform               | answer left-mpc no-fallback-url | completed, bad-instructions
bad_instructions   | in-progress           | platform               | answer left-mpc fallback-url nothing-came | goes on
bad_instructions   | in-progress           | platform               | answer left-mpc fallback-url something-came | goes on
bad_instructions   | in-progress           | platform               | action in-no-mpc | completed, bad-instructions
bad_instructions   | in-progress           | platform               | action left-mpc | completed, bad-instructions
bad_instructions   | in-progress           | platform               | redirect in-no-mpc | completed, bad-instructions
bad_instructions   | in-progress           | platform               | redirect left-mpc | completed, bad-instructions
bad_instructions   | in-progress           | platform               | exit in-no-mpc | completed, bad-instructions
bad_instructions   | in-progress           | platform               | exit left-mpc | completed, bad-instructions
bad_instructions   | in-progress           | platform               | transfer in-no-mpc | completed, bad-instructions
bad_instructions   | in-progress           | platform               | transfer left-mpc | completed, bad-instructions
bad_instructions   | in-progress           | platform               | fallback in-no-mpc | completed, bad-instructions
bad_instructions   | in-progress           | platform               | fallback left-mpc | completed, bad-instructions
bad_instructions   | in-progress           | platform               | joining-mpc   | refused
bad_instructions   | in-progress           | platform               | in-mpc        | refused
bad_instructions   | completed             | platform               |               | already

transfer           | queued ringing        | api                    |               | refused
transfer           | in-progress           | api                    |               | goes on
transfer           | completed             | api                    |               | already

arrive_late        | queued ringing in-progress completed | platform |              | refused

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

stay_out           | queued ringing        | platform               |               | refused
stay_out           | in-progress           | platform               |               | goes on
stay_out           | completed             | platform               |               | already

end_with_mpc       | queued ringing        | api platform           |               | refused
end_with_mpc       | in-progress           | api platform           |               | completed, mpc-ended
end_with_mpc       | completed             | api platform           |               | already

end_by_kick        | queued ringing        | api                    |               | refused
end_by_kick        | in-progress           | api                    |               | completed, kicked
end_by_kick        | completed             | api                    |               | already

hold_call          | queued ringing completed | api                 |               | refused
hold_call          | in-progress           | api                    | off-hold not-parked | goes on
hold_call          | in-progress           | api                    | on-hold not-parked | already
hold_call          | in-progress           | api                    | parked        | refused

unhold_call        | queued ringing completed | api                 |               | refused
unhold_call        | in-progress           | api                    | on-hold       | goes on
unhold_call        | in-progress           | api                    | off-hold      | already

park               | queued ringing completed | api                 |               | refused
park               | in-progress           | api                    | not-parked    | goes on
park               | in-progress           | api                    | parked        | already

unpark             | queued ringing completed | api                 |               | refused
unpark             | in-progress           | api                    | parked        | goes on
unpark             | in-progress           | api                    | not-parked    | already

park_time_over     | queued ringing        | platform               |               | refused
park_time_over     | in-progress           | platform               |               | goes on
park_time_over     | completed             | platform               |               | already

record_call        | queued ringing completed | api                 |               | refused
record_call        | in-progress           | api                    | not-recorded  | goes on
record_call        | in-progress           | api                    | recorded      | already
record_call        | in-progress           | api                    | recorded-paused | already

stop_recording     | queued ringing completed | api                 |               | refused
stop_recording     | in-progress           | api                    | recorded      | goes on
stop_recording     | in-progress           | api                    | recorded-paused | goes on
stop_recording     | in-progress           | api                    | not-recorded  | already

pause_call_recording  | queued ringing completed | api                 |               | refused
pause_call_recording  | in-progress           | api                    | recorded      | goes on
pause_call_recording  | in-progress           | api                    | recorded-paused | already
pause_call_recording  | in-progress           | api                    | not-recorded  | refused

resume_call_recording | queued ringing completed | api                 |               | refused
resume_call_recording | in-progress           | api                    | recorded-paused | goes on
resume_call_recording | in-progress           | api                    | recorded      | already
resume_call_recording | in-progress           | api                    | not-recorded  | refused

refer              | queued ringing completed | api                 |               | refused
refer              | in-progress           | api                    |               | goes on

hear               | queued ringing completed | api                 |               | refused
hear               | in-progress           | api                    |               | goes on

divert             | queued completed      | api                    |               | refused
divert             | ringing               | api                    | outbound      | refused
divert             | ringing               | api                    | inbound       | in-progress
divert             | in-progress           | api                    |               | goes on
""",
    "mpc": """
start              | initialized           | platform               | starter-in    | active
start              | initialized           | platform               | nobody-starts | refused
start              | initialized           | platform               | starter-alone | refused
start              | initialized           | api                    |               | active
start              | active                | platform api           |               | already
start              | ended                 | platform api           |               | refused

let_in             | initialized active    | api document           | has-room      | goes on
let_in             | initialized active    | api document           | full          | refused
let_in             | ended                 | api document           |               | refused

lose_ender         | initialized active    | platform               | no-other-enders | ended, ended-on-exit
lose_ender         | initialized active    | platform               | other-enders  | ended, ended-on-exit
lose_ender         | ended                 | platform               |               | already

max_duration_reached | initialized         | platform               |               | refused
max_duration_reached | active              | platform               |               | ended, max-duration
max_duration_reached | ended               | platform               |               | already

stop               | initialized active    | api                    |               | ended, stopped
stop               | ended                 | api                    |               | already

record             | initialized           | api platform           |               | refused
record             | active                | api platform           | recording-off | goes on
record             | active                | api platform           | recording-on  | already
record             | active                | api platform           | recording-paused | already
record             | ended                 | api platform           |               | refused
pause_recording    | initialized active    | api                    | recording-off | refused
pause_recording    | initialized active    | api                    | recording-on  | goes on
pause_recording    | initialized active    | api                    | recording-paused | already
pause_recording    | ended                 | api                    |               | refused
resume_recording   | initialized active    | api                    | recording-off | refused
resume_recording   | initialized active    | api                    | recording-on  | already
resume_recording   | initialized active    | api                    | recording-paused | goes on
resume_recording   | ended                 | api                    |               | refused
end_recording      | initialized active    | api                    | recording-off | refused
end_recording      | initialized active    | api                    | recording-on  | goes on
end_recording      | initialized active    | api                    | recording-paused | goes on
end_recording      | ended                 | api                    |               | refused

recount            | initialized active    | platform               | nobody        | ended, no-participants
recount            | initialized active    | platform               | one no-stay-alone | ended, stay-alone
recount            | initialized active    | platform               | one stay-alone | already
recount            | initialized active    | platform               | several       | already
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

mute               | joining exited        | api                    |               | refused
unmute             | joining exited        | api                    |               | refused
hold               | joining exited        | api                    |               | refused
unhold             | joining exited        | api                    |               | refused
coach              | joining exited        | api                    |               | refused
uncoach            | joining exited        | api                    |               | refused
mute               | active                | api                    | unmuted       | goes on
mute               | active                | api                    | muted         | already
unmute             | active                | api                    | muted         | goes on
unmute             | active                | api                    | unmuted       | already
hold               | active                | api                    | not-held      | goes on
hold               | active                | api                    | held          | already
unhold             | active                | api                    | held          | goes on
unhold             | active                | api                    | not-held      | already
coach              | active                | api                    | not-coaching  | goes on
coach              | active                | api                    | coaching      | already
uncoach            | active                | api                    | coaching      | goes on
uncoach            | active                | api                    | not-coaching  | already

dismiss            | joining active        | api platform           |               | exited, mpc-ended
dismiss            | exited                | api platform           |               | already

withdraw           | joining active        | platform               |               | exited, transferred
withdraw           | exited                | platform               |               | already
""",
    "action": """
finish             | running               | platform               |               | finished
finish             | finished stopped      | platform               |               | already

cut_off            | running               | platform               |               | stopped
cut_off            | running               | document               | alone         | stopped
cut_off            | running               | document               | in-background | refused
cut_off            | finished stopped      | platform document      |               | already
""",
    "conversation": """
connect            | dialling              | platform               |               | joined
connect            | joined over           | platform               |               | refused

lose_leg           | dialling              | platform               | no-leg-left no-leg-hung-up | over, unanswered
lose_leg           | dialling              | platform               | no-leg-left leg-hung-up | over, unanswered
lose_leg           | dialling              | platform               | some-leg-left no-leg-hung-up | already
lose_leg           | dialling              | platform               | some-leg-left leg-hung-up | already
lose_leg           | joined                | platform               | no-leg-left no-leg-hung-up | over, leg-ended
lose_leg           | joined                | platform               | no-leg-left leg-hung-up | over, leg-ended
lose_leg           | joined                | platform               | some-leg-left | already
lose_leg           | over                  | platform               |               | already

lose_peer          | dialling              | platform               |               | refused
lose_peer          | joined                | platform               | nobody        | over, nobody-left
lose_peer          | joined                | platform               | one           | over, left-alone
lose_peer          | joined                | platform               | several       | already
lose_peer          | over                  | platform               |               | already

drop_leg           | dialling over         | far-party              |               | refused
drop_leg           | joined                | far-party              |               | goes on

match_digits       | dialling over         | far-party              |               | refused
match_digits       | joined                | far-party              |               | goes on

clear              | dialling joined       | platform               |               | over, call-left
clear              | over                  | platform               |               | already
""",
}

CONSEQUENCES = """
call ringing            | outbound                                | itself set-ring-timer by platform
call ringing            | inbound answer-url                      | itself fetch-answer by platform
call ringing            | outbound ring-url                       | itself tell-ring by platform

call ringing            | outbound own-clocks                     | itself set-ring-schedule-timer by platform
call ringing            | own-clocks                              | itself call-next by platform
call ringing            | own-clocks                              | itself forget-dial-delay-timer by platform

call in-progress        |                                         | itself forget-ring-timer by platform
call in-progress        |                                         | itself set-limit-timer by platform
call in-progress        | outbound answer-url in-no-mpc           | itself fetch-answer by platform
call in-progress        | joining-mpc                             | its-participant enter by platform
call in-progress        | no-answer-url left-mpc                  | itself run_out by platform
call in-progress        | own-clocks                              | itself set-machine-timer by platform

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
call completed          | hangup-url was-queued lost-race         | itself tell-hangup by platform
call completed          | hangup-url was-queued out-of-credit     | itself tell-hangup by platform
call completed          | hangup-url was-queued loop-detected     | itself tell-hangup by platform
call completed          | hangup-url was-queued over-limit        | itself tell-hangup by platform
call completed          | hangup-url was-ringing                  | itself tell-hangup by platform
call completed          | hangup-url was-in-progress              | itself tell-hangup by platform
call completed          | answer-url-only inbound                 | itself nothing by platform
call completed          | own-clocks                              | itself forget-ring-schedule-timer by platform
call completed          | own-clocks                              | itself forget-media-timer by platform
call completed          | own-clocks                              | itself forget-machine-timer by platform
call completed          | own-clocks                              | itself forget-queue-timer by platform
call completed          | own-clocks was-queued                   | itself call-next by platform
call completed          | own-clocks                              | itself forget-dial-delay-timer by platform

call place              | in-line                                 | itself line-up by platform
call place              | dialled-later                           | itself set-dial-delay-timer by platform
call dial_delay_over    |                                         | itself dial-now by platform
call take_on            |                                         | itself dial-out by platform
call take_on            |                                         | itself call-next by platform

call lose_media         |                                         | itself set-media-timer by platform

call detect             | machine-url machine-answers             | itself tell-machine by platform
call detect             | machine-url person-answers              | itself nothing by platform
call detect             | machine-hangup machine-answers          | itself end_for_machine by platform
call detect             | answer-url-asked-later in-no-mpc machine-detection | itself fetch-answer by platform
call detect             | answer-url-asked-later in-no-mpc machine-hangup person-answers | itself fetch-answer by platform

call run                |                                         | each-action cut_off by document
call run                |                                         | itself take-document by platform
call run                |                                         | itself proceed by platform
call proceed            |                                         | itself run-element by platform
call bad_instructions   | answer no-fallback-url                  | itself proceed by platform
call bad_instructions   | action                                  | itself proceed by platform
call bad_instructions   | redirect                                | itself proceed by platform
call bad_instructions   | exit                                    | itself proceed by platform
call bad_instructions   | transfer                                | itself proceed by platform
call bad_instructions   | fallback                                | itself proceed by platform
call bad_instructions   | answer fallback-url                     | itself fetch-fallback by platform
call transfer           |                                         | each-action cut_off by document
call transfer           | joining-mpc                             | its-participant withdraw by platform
call transfer           | in-mpc                                  | its-participant withdraw by platform
call transfer           |                                         | itself fetch-transfer by platform
call add                |                                         | each-action cut_off by document
call add                |                                         | itself admit by platform
call join               |                                         | itself admit by platform
call hold_call          |                                         | itself start-hold by platform
call unhold_call        |                                         | its-hold cut_off by platform
call park               |                                         | its-hold cut_off by platform
call park               |                                         | itself start-parking by platform
call unpark             |                                         | its-parking cut_off by platform
call record_call        |                                         | itself start-recording by platform
call stop_recording     |                                         | its-recording-pause cut_off by platform
call stop_recording     |                                         | its-recording cut_off by platform
call pause_call_recording |                                       | itself start-recording-pause by platform
call resume_call_recording |                                      | its-recording-pause cut_off by platform
call refer              |                                         | its-hold cut_off by platform
call refer              |                                         | its-parking cut_off by platform
call divert             |                                         | its-hold cut_off by platform
call divert             |                                         | its-parking cut_off by platform
call stay_out           |                                         | itself proceed by platform

call press              |                                         | itself take-digits by platform
call pre_answer_time_over |                                       | each-action cut_off by document
call pre_answer_time_over |                                       | itself proceed by platform

action running          |                                         | itself set-action-timer by platform
action running          | behind                                  | its-call proceed by platform
action running          | behind-action-url                       | its-call fetch-action by platform
action running          | behind-action-url-only-told             | itself tell-recording by platform
action running          | behind-action-url-only-told             | its-call proceed by platform
action finished         | no-action-url                           | its-call proceed by platform
action finished         | action-url                              | its-call fetch-action by platform
action finished         | action-url-only-told                    | itself tell-recording by platform
action finished         | action-url-only-told                    | its-call proceed by platform
action finished         | parking                                 | its-call park_time_over by platform
action finished         |                                         | itself forget-action-timer by platform
action finished         | input                                   | its-call fetch-action by platform
action finished         | input-only-told                         | itself tell-input by platform
action finished         | input-only-told                         | its-call proceed by platform
action finished         | input-without-url                       | its-call proceed by platform
action finished         | before-answer                           | itself leave-preanswer by platform
action finished         | before-answer                           | its-call proceed by platform
action finished         | callback-url                            | itself tell-recorded by platform
action stopped          |                                         | itself forget-action-timer by platform
action stopped          | action-url                              | itself tell-recording by platform
action stopped          | action-url-only-told                    | itself tell-recording by platform
action stopped          | before-answer                           | itself leave-preanswer by platform
action stopped          | callback-url                            | itself tell-recorded by platform

participant active      |                                         | its-mpc start by platform
participant active      | added-in-parallel                       | each-rival lose_race by platform
participant active      | participants-told                       | itself tell-participant by platform
participant joining     | api adds-told                           | itself tell-adding by platform
participant joining     | adopted adds-told                       | itself tell-adding by platform
participant active      | api adds-told                           | itself tell-adding by platform
participant active      | adopted adds-told                       | itself tell-adding by platform
participant mute        |                                         | itself mark-muted by platform
participant mute        | participants-told                       | itself tell-participant by platform
participant unmute      |                                         | itself mark-unmuted by platform
participant unmute      | participants-told                       | itself tell-participant by platform
participant hold        |                                         | itself mark-held by platform
participant hold        | participants-told                       | itself tell-participant by platform
participant unhold      |                                         | itself mark-unheld by platform
participant unhold      | participants-told                       | itself tell-participant by platform
participant coach       |                                         | itself mark-coaching by platform
participant coach       | participants-told                       | itself tell-participant by platform
participant uncoach     |                                         | itself mark-not-coaching by platform
participant uncoach     | participants-told                       | itself tell-participant by platform

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

participant exited      | was-active call-ended ends-on-exit      | its-mpc lose_ender by platform
participant exited      | was-active call-ended                   | its-mpc recount by platform
participant exited      | was-active kicked ends-on-exit          | its-mpc lose_ender by platform
participant exited      | was-active kicked                       | its-mpc recount by platform
participant exited      | was-joining call-ended                  | its-mpc lose_joining by platform
participant exited      | was-joining kicked                      | its-mpc lose_joining by platform
participant exited      | was-active participants-told            | itself tell-participant by platform
participant exited      | was-joining api adds-told               | itself tell-adding by platform
participant exited      | was-joining adopted adds-told           | itself tell-adding by platform
participant exited      | was-active transferred ends-on-exit     | its-mpc lose_ender by platform
participant exited      | was-active transferred                  | its-mpc recount by platform
participant exited      | was-joining transferred                 | its-mpc lose_joining by platform

mpc active              |                                         | itself set-duration-timer by platform
mpc initialized         | states-told                             | itself tell-mpc by platform
mpc active              | states-told                             | itself tell-mpc by platform
mpc ended               |                                         | each-participant dismiss by who did it
mpc ended               |                                         | itself forget-duration-timer by platform
mpc ended               | states-told                             | itself tell-mpc by platform
mpc active              | to-be-recorded                          | itself record by platform
participant exited      | was-active mpc-ended conference         | its-stay finish by platform
participant exited      | was-active kicked conference            | its-stay finish by platform
participant active      | conference-told                         | itself tell-conference by platform
participant exited      | was-active conference-told              | itself tell-conference by platform
mpc record              |                                         | itself start-taping by platform
mpc pause_recording     |                                         | itself pause-taping by platform
mpc resume_recording    |                                         | itself resume-taping by platform
mpc end_recording       |                                         | itself end-taping by platform
mpc record              | recording-told                          | itself tell-taping by platform
mpc pause_recording     | recording-told                          | itself tell-taping by platform
mpc resume_recording    | recording-told                          | itself tell-taping by platform
mpc end_recording       | recording-told                          | itself tell-taping by platform
mpc ended               | recording-on                            | itself end-taping by platform
mpc ended               | recording-paused                        | itself end-taping by platform
mpc ended               | recording-on recording-told             | itself tell-taping by platform
mpc ended               | recording-paused recording-told         | itself tell-taping by platform

call in-progress        | dialled                                 | its-conversation connect by platform
call completed          | peer                                    | its-conversation lose_peer by platform
call completed          | dialled                                 | its-conversation lose_leg by platform
call run                | dialled                                 | itself part by platform
call add                | dialled                                 | itself part by platform
call transfer           | dialled                                 | itself part by platform
conversation dialling   |                                         | each-looping-leg detect_loop by platform
conversation joined     |                                         | each-other-leg lose_race by platform
conversation joined     | call-unanswered                         | its-call answer by document
conversation over       | unanswered                              | itself conclude by platform
conversation over       | unanswered                              | its-action finish by platform
conversation over       | leg-ended                               | itself conclude by platform
conversation over       | leg-ended                               | its-action finish by platform
conversation over       | call-left left-by-far-party             | each-leg release by other-leg
conversation over       | call-left left-by-request               | each-leg release by api
conversation over       | call-left left-by-platform              | each-leg release by platform
conversation over       | left-alone                              | each-leg release by other-leg
conversation over       | hung-up                                 | its-call release by api
conversation over       | hung-up                                 | each-leg release by api
action stopped          | dials                                   | its-conversation clear by platform
action finished         | dials                                   | its-conversation clear by platform
call in-progress        | to-be-confirmed                         | itself ask-confirmation by platform
call confirm            |                                         | each-action cut_off by platform
call confirm            |                                         | itself be-confirmed by platform
call confirm            |                                         | its-conversation connect by platform
call completed          | to-be-confirmed                         | its-conversation lose_leg by platform
call run                | to-be-confirmed                         | itself part by platform
call add                | to-be-confirmed                         | itself part by platform
call transfer           | to-be-confirmed                         | itself part by platform
action finished         | awaits-key                              | its-call end_unconfirmed by platform
conversation joined     |                                         | itself listen by platform
conversation joined     |                                         | itself record-dial by platform
conversation drop_leg   |                                         | each-leg release by other-leg
action running          | aside-url-only-told                     | itself tell-recording by platform
call in-progress        | leg-told                                | its-conversation tell-dial by platform
call completed          | leg-told was-queued                     | its-conversation tell-dial by platform
call completed          | leg-told was-ringing                    | its-conversation tell-dial by platform
call completed          | leg-told was-in-progress                | its-conversation tell-dial by platform
conversation joined     | callback-url                            | itself tell-dial by platform
conversation match_digits | callback-url                          | itself tell-dial by platform
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
dial             |         | dial               | then waits   |
dtmf             | answers | nothing            | then goes on |
dtmf-waited      | answers | start-action       | then waits   |
message          |         | nothing            | then goes on |
stream           | answers | start-behind       | then waits   |
stream-kept-alive | answers | start-action      | then waits   |
stream-kept-alive-one-way | answers | start-action | then waits |
getdigits        | answers | start-action       | then waits   |
getinput         | answers | start-action       | then waits   |
record-session   | answers | start-behind       | then waits   |
record-on-dial-answer |    | nothing            | then goes on |
conference       | answers | confer             | then waits   |
preanswer        |         | start-preanswer    | then goes on |
preanswer-answered |       | start-preanswer    | then goes on |
preanswer-over   |         | finish-preanswer   | then waits   |
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
participant | conference | joining
action      |          | running
conversation | for-a-call | dialling
conversation | of-equals | joined
"""

LIMITS = """
ring_timeout  | 60000
time_limit    | 14400000
redirects     | 70
transfers     | 70
brief_action  | 1000
document_time | 15000
document_size | 102400
document_type | any
longest_call  | 86400000
media_timeout | 60000
machine_detection_time | 5000
pre_answer_time | 30000
tone_pace     | 200
digit_end_time | 2000
digit_tries   | attempts
empty_input   | no-input
session_recording | until-end
background_recordings | one
speech_pace   | 100
dial_legs     | 100
confirm_sound | not-needed
other_key     | ignored
recording     | max-length
mpc_duration  | 0
max_participants | 0
mpc_options   | opener
conference_members | 0
many          | snapshot-first
request_uuid  | same
parking       | 180000
"""

OTHERWISE = {
    "base": {},
    "plivo": {
        "limits": """
ring_timeout  | 120000
add_ring_timeout | 45000
document_type | xml
connect_timeout | 2000
connect_timeout_least | 100
connect_timeout_most | 10000
read_timeout | 40000
read_timeout_least | 100
read_timeout_most | 40000
total_timeout | 55000
total_timeout_least | 100
total_timeout_most | 55000
retries | 1
retries_least | 0
retries_most | 5
retry_policy | ct,rt
bad_option | default
answer_policy | own
answer_attempts | 3
answer_time | 60000
nonsense | ignored
recorded_time | heard
conference_members | 20
mpc_duration  | 14400000
max_participants | 10
calls_per_second | 2
confirm_sound | needed
requests | 300
requests_window | 5000
credentials | basic
listed_time | 604800000
listing_nonsense | refused
listed_first | newest
live_states | ringing,in-progress
live_pages | all
listed_participants | joined
bulk_calls | 1000
""",
    },
    "tryvox": {
        "limits": """
max_participants | 250
conference_members | 250
per_page | 20
per_page_most | 100
list_order | newest-first
list_statuses | ringing in-progress completed failed busy no-answer canceled
list_nonsense | refused
billed_step | 6000
credentials | bearer+basic
""",
        "call": """
hang_up            | queued                | api                    |               | refused
""",
        "mpc": """
recount            | initialized active    | platform               | one no-stay-alone | already
""",
        "conversation": """
lose_leg           | dialling              | platform               | no-leg-left leg-hung-up | over, hung-up
lose_leg           | dialling              | platform               | some-leg-left leg-hung-up | over, hung-up
lose_leg           | joined                | platform               | no-leg-left leg-hung-up | over, hung-up
""",
        "consequences": """
participant exited      | was-active mpc-ended exit-url           | its-call end_with_mpc by who did it
participant exited      | was-active mpc-ended no-exit-url xml    | its-call end_with_mpc by who did it
participant exited      | was-active mpc-ended conference         | its-call end_with_mpc by who did it
""",
    },
    "voipnow": {
        "consequences": """
call ringing            | outbound ring-url                       | itself nothing by platform
""",
        "limits": """
ring_timeout  | 25000
context       | own-user
number_scope  | leg
credentials   | bearer+query
count         | 20
count_most    | 5000
start_index_most | 5000
filter_by     | id published
filter_ops    | contains equals greaterThan lessThan inArray present startsWith
filter_op     | contains
sort_order    | ascending
fields        | id nonce extension ownerId ownerName published answered phoneCallView links
extension_kinds | any
""",
    },
}

"""What the kit offers can be imported from it, is what the README says, and needs hypothesis only where it does."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from callsim import testing

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Test your own code against it\n")[2].partition("\n## ")[0]
WITHOUT_HYPOTHESIS = ("Emulator", "assert_called_back", "assert_ended", "assert_lawful", "assert_mpc_ended", "assert_state")


@pytest.mark.parametrize("name", testing.__all__)
def test_every_name_of_the_kit_exists_and_says_what_it_is(name: str) -> None:
    assert getattr(testing, name).__doc__
    assert name in dir(testing)


def test_a_name_that_does_not_exist_is_an_error_as_everywhere() -> None:
    with pytest.raises(AttributeError, match=r"module 'callsim.testing' has no attribute 'CallMachines'"):
        _ = testing.CallMachines


def test_the_readme_names_nothing_that_is_not_there() -> None:
    known = {*testing.__all__, *dir(testing.CallMachine), *dir(testing.Race), "callsim_switch", "callsim_simulation", "scenario_of", "written"}
    table = re.findall(r"`([A-Za-z_]+)`", README.partition("| | |\n")[2])
    words = {"callsim", "vendor", "assume", "races", "scenarios", "pytest", "callsim_scenarios"}
    assert [name for name in table if name not in known | words] == []
    assert {"CallMachine", "Race", "worlds", "requests"} <= {*table}


@pytest.mark.parametrize("name", testing.__all__)
def test_who_lacks_hypothesis_hears_which_extra_brings_it(name: str) -> None:
    code = f"import sys; sys.modules['hypothesis'] = None\nfrom callsim.errors import MissingExtra\nfrom callsim import testing\ntesting.{name}"
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    if name in WITHOUT_HYPOTHESIS:
        assert (result.returncode, result.stderr) == (0, "")
    else:
        assert result.stderr.endswith("this needs hypothesis; install it with: pip install 'callsim[testing]'\n")

"""What processes tell each other of hosts: turns, pauses, rests; and what spoils none of it."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from scraper.errors import NotAsked
from scraper.fetching import hosts
from scraper.fetching.hosts import HostFolder, HostState, Moment, file_name, read_state
from scraper.fetching.pace import Pace

# Of a program with threads, as pytest-xdist is; here the children only take turns.
pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")

FORK = multiprocessing.get_context("fork")
HOST = "bo.vn"


def state_of(folder: Path, host: str = HOST) -> HostState:
    return read_state((folder / f"{file_name(host)}.json").read_bytes())


def write_state(folder: Path, state: HostState) -> None:
    folder.mkdir(exist_ok=True)
    (folder / f"{HOST}.json").write_bytes(hosts.written_state(HOST, state))


def in_process(call: Callable[..., None], *arguments: object) -> multiprocessing.Process:
    process = FORK.Process(target=call, args=arguments, daemon=True)
    process.start()
    return process  # type: ignore[return-value]


def later(moment: Moment | None, *, boot: str | None = None, seconds: float = 0.0) -> Moment:
    """The same moment as another boot, or a clock that was set, would have written it."""
    assert moment is not None
    return replace(moment, boot=boot or moment.boot, at=moment.at + seconds)


# --- turns of several processes ----------------------------------------------------------------


def take_turns(folder: Path, mark: Path, turns: int) -> None:
    paced = Pace(folder)
    for _ in range(turns):
        with paced.turn(HOST, 0):
            os.close(os.open(mark, os.O_CREAT | os.O_EXCL))  # fails where another is inside
            time.sleep(0.002)
            os.unlink(mark)


def test_turns_of_several_processes_never_overlap(tmp_path: Path) -> None:
    mark = tmp_path / "inside"
    processes = [in_process(take_turns, tmp_path / "hosts", mark, 15) for _ in range(3)]
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0, 0]


def hold_a_turn(folder: Path, inside: Event) -> None:
    with Pace(folder).turn(HOST, 0):
        inside.set()
        time.sleep(600)


def test_a_killed_process_leaves_its_turn_to_others(tmp_path: Path) -> None:
    inside = FORK.Event()
    process = in_process(hold_a_turn, tmp_path, inside)
    assert inside.wait(30)
    assert HostFolder(tmp_path).hold(HOST) is None
    os.kill(process.pid or 0, signal.SIGKILL)
    process.join()
    with Pace(tmp_path).turn(HOST, 0):
        pass


def test_a_killed_process_asked_all_the_same(tmp_path: Path) -> None:
    """What it could not write at the end, it has written at the beginning."""
    paced = Pace(tmp_path)
    with paced.turn(HOST, 5), pytest.raises(ZeroDivisionError):
        ended = state_of(tmp_path).ended
        assert ended is not None and (ended.elapsed_seconds() or 0) < 5
        raise ZeroDivisionError


def ask_on_and_on(folder: Path, asked: Event, enough: Event) -> None:
    paced = Pace(folder)
    while not enough.is_set():
        with paced.turn(HOST, 0):
            time.sleep(0.001)
        asked.set()


def test_one_that_asks_all_the_time_lets_others_have_a_turn(tmp_path: Path) -> None:
    asked, enough = FORK.Event(), FORK.Event()
    process = in_process(ask_on_and_on, tmp_path, asked, enough)
    assert asked.wait(30)
    paced = Pace(tmp_path)
    for _ in range(5):
        with paced.turn(HOST, 0):
            pass
    enough.set()
    process.join()
    assert process.exitcode == 0


def test_the_pause_holds_over_processes(tmp_path: Path) -> None:
    with Pace(tmp_path).turn(HOST, 0):
        pass
    ended_at = time.monotonic()
    with Pace(tmp_path).turn(HOST, 0.2) as turn:
        assert time.monotonic() - ended_at >= 0.19
        assert turn.waited_seconds > 0.1


def test_a_rest_holds_over_processes(tmp_path: Path) -> None:
    with Pace(tmp_path).turn(HOST, 0) as turn:
        turn.rest(3600, "bo.vn wants to be left alone")
    with pytest.raises(NotAsked, match="wants to be left alone; left alone until") as caught:
        Pace(tmp_path).turn(HOST, 0).__enter__()
    assert caught.value.retry_at is not None


def say_and_sleep(forked: Event) -> None:
    forked.set()
    time.sleep(600)


def test_a_worker_that_was_forked_in_a_turn_does_not_keep_it(tmp_path: Path) -> None:
    forked = FORK.Event()
    paced = Pace(tmp_path)
    with paced.turn(HOST, 0):
        worker = in_process(say_and_sleep, forked)
        assert forked.wait(30)
    held = HostFolder(tmp_path).hold(HOST)
    worker.kill()
    assert held is not None
    held.release()


# --- what spoils nothing -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\0" * 200, b"{", b"[]", b"null", b"\xff\xfe", b"9" * 5000, b"[" * 4096,
        b'{"ended": 5}', b'{"ended": ["", "x", {}]}', b'{"rest_seconds": "long"}',
        b'{"rest_seconds": 1e400, "slower_seconds": NaN, "refused_runs": -3}',
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_understood_says_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / f"{HOST}.json").write_bytes(content)
    with Pace(tmp_path).turn(HOST, 0):
        pass
    assert state_of(tmp_path).ended is not None
    assert json.loads((tmp_path / f"{HOST}.json").read_bytes())["host"] == HOST


def test_a_folder_that_cannot_be_made_leaves_the_process_to_itself(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("no folder")
    paced = Pace(tmp_path / "file" / "hosts")
    for _ in range(3):
        with paced.turn(HOST, 0) as turn:
            turn.rest(0.05, "it asked")
    assert len(caplog.records) == 1
    assert "may ask the same hosts at the same time" in caplog.text


def test_a_folder_that_is_taken_away_is_made_again(tmp_path: Path) -> None:
    paced = Pace(tmp_path / "hosts")
    with paced.turn(HOST, 0):
        pass
    (tmp_path / "hosts" / f"{HOST}.json").unlink()
    (tmp_path / "hosts").rmdir()
    with paced.turn(HOST, 0):
        pass
    assert state_of(tmp_path / "hosts").ended is not None


def test_thousands_of_hosts_take_no_open_files(tmp_path: Path) -> None:
    paced = Pace(tmp_path)
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    for number in range(2000):
        with paced.turn(f"bo{number}.vn", 0):
            pass
    if before:
        assert len(os.listdir("/proc/self/fd")) == before
    assert len(list(tmp_path.glob("*.json"))) == 2000


def test_hosts_have_files_of_their_own() -> None:
    names = ["bo.vn", "bo.vn:8080", "bo.vn_8080", "::1:8000", "BO.VN", ".", "..", "a" * 300, ""]
    files = [file_name(name) for name in names]
    assert len(set(files)) == len(names)
    assert all("/" not in name and not name.startswith(".") for name in files)
    assert max(map(len, files)) < 200


# --- the clock -----------------------------------------------------------------------------------


def rested(seconds: float) -> HostState:
    return HostState(rested=Moment.now(), rest_seconds=seconds, rest_reason="it asked")


def test_a_clock_that_is_set_moves_no_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    state = rested(100)
    for shift in (-1e8, 1e8):
        real = time.time()
        monkeypatch.setattr(time, "time", lambda: real + shift)  # noqa: B023
        assert 99 < state.missing_rest_seconds() <= 100


def test_after_a_restart_the_clock_tells() -> None:
    state = rested(100)
    restarted = replace(state, rested=later(state.rested, boot="before", seconds=-60))
    assert 39 < restarted.missing_rest_seconds() <= 40


def test_a_rest_that_begins_in_the_future_begins_now(tmp_path: Path) -> None:
    """After a restart with the clock set back; else it would rest until the clock is there."""
    state = rested(3600)
    write_state(tmp_path, replace(state, rested=later(state.rested, boot="before", seconds=1e7)))
    with pytest.raises(NotAsked):
        Pace(tmp_path).turn(HOST, 0).__enter__()
    moment = state_of(tmp_path).rested
    assert moment is not None and moment.boot == hosts.BOOT


def test_a_request_that_ended_in_the_future_costs_one_pause(tmp_path: Path) -> None:
    ended = later(Moment.now(), boot="before", seconds=1e7)
    write_state(tmp_path, HostState(ended=ended))
    came_at = time.monotonic()
    with Pace(tmp_path).turn(HOST, 0.05):
        assert 0.04 < time.monotonic() - came_at < 30


def test_no_rest_is_longer_than_thirty_days(tmp_path: Path) -> None:
    write_state(tmp_path, rested(1e12))
    assert state_of(tmp_path).missing_rest_seconds() <= hosts.LONGEST_REST_SECONDS


# --- a pace that follows the host ----------------------------------------------------------------


def waits(paced: Pace, seconds: float, *, then: str = "", most: float = 1e9) -> float:
    """The pause in force at the next turn, without waiting for it; what the turn meets `then`."""
    known = paced._host(HOST)
    known.state = replace(known.state, ended=None)
    with paced.turn(HOST, seconds) as turn:
        if then:
            getattr(turn, then)()
    return turn.pace_seconds


def test_trouble_doubles_the_pause_up_to_a_minute() -> None:
    paced = Pace()
    grown = [waits(paced, 2, then="met_trouble") for _ in range(8)]
    assert grown == [2, 2, 4, 8, 16, 32, 60, 60]


def test_without_a_pause_trouble_makes_one() -> None:
    paced = Pace()
    assert [waits(paced, 0, then="met_trouble") for _ in range(3)] == [0, 0.5, 1]


def test_good_answers_shrink_the_pause_slowly_to_what_it_was() -> None:
    paced = Pace()
    for _ in range(7):
        waits(paced, 2, then="met_trouble")
    shrunk = [waits(paced, 2, then="went_well") for _ in range(20)]
    assert shrunk == sorted(shrunk, reverse=True)
    assert shrunk[:2] == [60, 48]
    assert shrunk[-1] == 2
    assert shrunk.index(2) > 10


def test_a_pause_that_is_longer_by_itself_is_kept() -> None:
    paced = Pace()
    for _ in range(9):
        waits(paced, 300, then="met_trouble")
    assert waits(paced, 300) == 300


def test_slow_answers_make_the_pause_as_long(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    paced = Pace()
    for _ in range(20):
        known = paced._host(HOST)
        known.state = replace(known.state, ended=None)
        with paced.turn(HOST, 2) as turn:
            clock[0] += 9.0  # so long the answer takes
            turn.went_well()
    assert 8.9 < waits(paced, 2) <= 9.0
    assert waits(paced, 30) == 30


def test_quick_answers_leave_a_pause_of_nothing_at_nothing() -> None:
    paced = Pace()
    assert {waits(paced, 0, then="went_well") for _ in range(20)} == {0}


def test_the_pause_is_kept_over_runs(tmp_path: Path) -> None:
    with Pace(tmp_path).turn(HOST, 0.01) as turn:
        turn.met_trouble()
    assert state_of(tmp_path).slower_seconds == 0.5
    assert state_of(tmp_path).ended is not None


def test_a_host_that_refuses_all_is_left_alone_longer_each_time(tmp_path: Path) -> None:
    lengths = []
    for _ in range(7):
        with Pace(tmp_path).turn(HOST, 0) as turn:
            turn.leave("it refused all")
        state = state_of(tmp_path)
        lengths.append(round(state.rest_seconds / 3600))
        write_state(tmp_path, replace(state, rested=None))  # the time is over
    assert lengths == [1, 2, 4, 8, 16, 24, 24]
    with Pace(tmp_path).turn(HOST, 0) as turn:
        turn.serves()
    assert state_of(tmp_path).refused_runs == 0


def test_a_kill_before_the_end_of_a_longer_state_was_cut_off_leaves_the_new_one() -> None:
    longer = hosts.written_state(HOST, HostState(rested=Moment.now(), rest_seconds=60.0))
    newer = hosts.written_state(HOST, HostState(refused_runs=2))
    assert len(newer) < len(longer)
    assert read_state(newer + longer[len(newer) :]) == HostState(refused_runs=2)

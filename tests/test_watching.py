"""Which runs a server may call dead: only those of which no process is left, and only where it can see them all."""

from pathlib import Path

from flows.watching import automations, is_own, living_runs


def test_a_run_lives_as_long_as_a_process_names_it(tmp_path: Path) -> None:
    for number, said in (("17", b"A=1\0PREFECT__FLOW_RUN_ID=run-1\0"), ("18", b"NOT_PREFECT__FLOW_RUN_ID=run-2\0")):
        (tmp_path / number).mkdir()
        (tmp_path / number / "environ").write_bytes(said)
    (tmp_path / "19" / "environ").mkdir(parents=True)  # as unreadable as another person's process
    assert living_runs(tmp_path) == {"run-1"}


def test_where_other_machines_may_have_workers_no_run_is_judged_by_its_process(tmp_path: Path) -> None:
    assert is_own("http://127.0.0.1:4200/api", tmp_path)
    assert not is_own("http://0.0.0.0:4200/api", tmp_path)
    assert not is_own("http://prefect.example/api", tmp_path)
    assert not is_own("http://127.0.0.1:4200/api", tmp_path / "no-such-folder")


def test_without_an_address_nobody_is_told() -> None:
    assert [action.type for one in automations(None) for action in one.actions] == ["change-flow-run-state"] * 2

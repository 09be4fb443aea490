"""The embedded database comes back from every kill, and never outlives its users."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from core.unit_of_work import engine_for
from models.migrate import drift, upgrade
from providers import embedded
from providers.embedded import EmbeddedDatabaseError, EmbeddedPostgres, folder_for
from tests.fixtures import RUN_FOLDER
from tests.fixtures.waiting import eventually

pytestmark = pytest.mark.processes

OLDEST_SUPPORTED = Path("/usr/lib/postgresql/15/bin")

_USE_IT = """
import sys, time
from pathlib import Path
from providers.embedded import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]), durable=False)
server.start()
print("up", flush=True)
time.sleep(300)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder the server's user can reach, gone with the run."""
    place = Path(os.environ[RUN_FOLDER])
    place.mkdir(mode=0o755, exist_ok=True)
    folder = place / secrets.token_hex(4)
    folder.mkdir(mode=0o755)
    yield folder
    EmbeddedPostgres(folder, durable=False).stop()


@pytest.fixture
def server(folder: Path) -> Iterator[EmbeddedPostgres]:
    """A running server with durable settings: these tests are about crashes."""
    server = EmbeddedPostgres(folder)
    server.start()
    yield server
    server.release()


def _connect(server: EmbeddedPostgres) -> psycopg.Connection:
    return psycopg.connect(server.url().replace("+psycopg", ""), autocommit=True)


def _postmaster(folder: Path) -> psutil.Process:
    return psutil.Process(int((folder / "data" / "postmaster.pid").read_text().split()[0]))


def _keeper(folder: Path) -> psutil.Process:
    return psutil.Process(int((folder / "keeper.lock").read_text()))


def test_what_was_committed_is_there_after_the_server_is_killed(server: EmbeddedPostgres) -> None:
    with _connect(server) as connection:
        connection.execute("CREATE TABLE kept (id int)")
        connection.execute("INSERT INTO kept SELECT generate_series(1, 1000)")
        killed = _postmaster(server.folder)
        killed.kill()
    eventually(lambda: not killed.is_running())

    server.start()

    with _connect(server) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (1000,)
    assert _postmaster(server.folder).pid != killed.pid


def test_the_server_goes_with_a_killed_keeper_and_the_next_start_brings_both_back(server: EmbeddedPostgres) -> None:
    keeper, postmaster = _keeper(server.folder), _postmaster(server.folder)
    keeper.kill()
    eventually(lambda: not postmaster.is_running())

    server.start()

    assert _keeper(server.folder).pid != keeper.pid
    with _connect(server) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_killed_user_leaves_no_server_behind(folder: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", _USE_IT, str(folder)], stdout=subprocess.PIPE) as user:
        assert user.stdout is not None
        assert user.stdout.readline() == b"up\n"
        postmaster = _postmaster(folder)
        user.kill()
    eventually(lambda: not postmaster.is_running())


def test_the_server_stays_while_one_of_two_users_remains(server: EmbeddedPostgres) -> None:
    command = [sys.executable, "-c", _USE_IT, str(server.folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"up\n"
        postmaster = _postmaster(server.folder)
        other.kill()
    time.sleep(1)  # ten times as long as the keeper takes to look

    assert postmaster.is_running()
    with _connect(server) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_four_starting_at_once_share_one_server(folder: Path) -> None:
    command = [sys.executable, "-c", _USE_IT, str(folder)]
    users = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(4)]
    try:
        for user in users:
            assert user.stdout is not None
            assert user.stdout.readline() == b"up\n"
        data = str(folder / "data")
        running = [one for one in psutil.process_iter(["name", "cmdline"]) if data in (one.info["cmdline"] or [])]
        assert [one.info["name"] for one in running if one.info["name"] == "postgres"] == ["postgres"]
    finally:
        for user in users:
            user.kill()
            user.communicate()


def test_a_stale_pid_file_that_names_a_stranger_does_not_stop_a_start(server: EmbeddedPostgres) -> None:
    server.stop()
    with subprocess.Popen(["sleep", "300"]) as stranger:
        pid_file = server.folder / "data" / "postmaster.pid"
        pid_file.write_text(f"{stranger.pid}\n{server.folder / 'data'}\n1\n5432\n\n\n\nready\n")

        server.start()

        assert stranger.poll() is None
        stranger.kill()


def test_it_is_durable_unless_a_test_says_otherwise(server: EmbeddedPostgres) -> None:
    with _connect(server) as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit", "data_checksums"):
            assert connection.execute("SELECT current_setting(%s)", [setting]).fetchone() == ("on",)


def test_nothing_of_it_listens_on_the_network(server: EmbeddedPostgres) -> None:
    assert [one for one in _postmaster(server.folder).net_connections("inet") if one.status == "LISTEN"] == []


def test_data_of_another_version_is_refused_with_a_sentence(server: EmbeddedPostgres) -> None:
    server.stop()
    (server.folder / "data" / "PG_VERSION").write_text("16\n")
    with pytest.raises(EmbeddedDatabaseError, match="made by PostgreSQL 16, this is 18"):
        server.start()


def test_a_server_that_cannot_start_says_why(server: EmbeddedPostgres) -> None:
    server.stop()
    (server.folder / "data" / "postgresql.conf").write_text("shared_buffers = 'a lot'\n")
    with pytest.raises(EmbeddedDatabaseError, match="does not start"):
        server.start()


def test_no_parent_folder_changes_its_mode(tmp_path: Path) -> None:
    """Root's database lives outside; anybody else's inside, where only they may look."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    modes = [(parent, parent.stat().st_mode) for parent in (home, *home.parents)]

    folder = folder_for(home)
    server = EmbeddedPostgres(folder, durable=False)
    server.start()
    server.stop()

    assert [(parent, parent.stat().st_mode) for parent in (home, *home.parents)] == modes
    assert (home in folder.parents) == (os.geteuid() != 0)
    assert folder_for(home) == folder
    if os.geteuid() == 0:
        subprocess.run(["rm", "-rf", str(folder)], check=True)


def test_a_folder_with_a_long_name_works_too(folder: Path) -> None:
    deep = folder / ("d" * 60) / ("e" * 60)
    deep.mkdir(parents=True)
    server = EmbeddedPostgres(deep, durable=False)
    assert len(server.start()) < 200
    server.stop()
    server.sockets.rmdir()


def test_programs_in_a_private_folder_are_copied_to_where_the_server_may_run_them(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A checkout below root's home folder works, and stays private."""
    package = embedded.packaged_binaries().parent.parent
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    subprocess.run(["cp", "-r", str(package), f"{package}.libs", str(private)], check=True)
    monkeypatch.setattr(embedded, "packaged_binaries", lambda: private / package.name / "pginstall18" / "bin")

    server = EmbeddedPostgres(folder, durable=False)
    server.start()
    with _connect(server) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    server.stop()

    assert private.stat().st_mode & 0o077 == 0
    assert (private in server.binaries.parents) == (os.geteuid() != 0)


def test_asking_it_to_stop_stops_it_for_everybody(server: EmbeddedPostgres) -> None:
    postmaster = _postmaster(server.folder)
    assert EmbeddedPostgres(server.folder).stop()
    assert not postmaster.is_running()
    assert not EmbeddedPostgres(server.folder).stop()


def test_a_signal_that_ends_python_ends_the_server_too(folder: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", _USE_IT, str(folder)], stdout=subprocess.PIPE) as user:
        assert user.stdout is not None
        assert user.stdout.readline() == b"up\n"
        postmaster = _postmaster(folder)
        user.send_signal(signal.SIGTERM)
    eventually(lambda: not postmaster.is_running())


@pytest.mark.skipif(not OLDEST_SUPPORTED.exists(), reason="needs Debian's PostgreSQL 15 on this machine")
def test_the_schema_fits_the_oldest_server_we_support(folder: Path) -> None:
    server = EmbeddedPostgres(folder, durable=False, binaries=OLDEST_SUPPORTED)
    engine = engine_for(server.start())
    upgrade(engine)
    with engine.connect() as connection:
        assert drift(connection) == []
    engine.dispose()
    server.stop()

"""The service as a process: passes by themselves, signals, reload, kill -9."""

import os
import signal
import socket

import pytest

from support.service import RunningService, free_service
from support.site import Site

LATENCY = 0.3


def several(site: Site, count: int = 24) -> None:
    site.pages(count)
    site.configure(free_service(), sync__concurrency=2, target__settle="2s")


def test_a_commit_is_mirrored_by_itself(site: Site) -> None:
    site.docs({"one.md": "# One\n"})
    site.configure(free_service(poll="1s"))
    with RunningService(site) as service:
        service.wait("pass.ended")
        site.docs({"two.md": "# Two\n"})
        service.wait("page.done", fits=lambda event: event["page"] == "two.md")
        assert set(site.live()) == {"One", "Two"}
        assert service.end() == 0


def test_every_line_of_a_pass_names_mirror_pass_and_page(site: Site) -> None:
    site.docs({"one.md": "# One\n"})
    site.configure(free_service())
    with RunningService(site) as service:
        done, ended = service.wait("page.done"), service.wait("pass.ended")
        assert (done["mirror"], done["page"], done["action"]) == ("handbook", "one.md", "create")
        assert done["pass_id"] == ended["pass_id"] != ""
        assert ended["requests"] == site.box.requests("exec")


def test_alive_ready_and_status_are_told(site: Site) -> None:
    site.docs({"one.md": "# One\n"})
    site.configure(free_service())
    with RunningService(site) as service:
        service.wait("pass.ended")
        assert service.client.get("/healthz").json() == {"status": "ok"}
        assert service.client.get("/readyz").json() == {"ready": True, "reasons": []}
        [mirror] = service.client.get("/api/status").json()["mirrors"]
        assert (mirror["name"], mirror["result"], mirror["records"]["pages"]) == ("handbook", "ok", 1)


def test_a_sync_can_be_asked_for(site: Site) -> None:
    site.docs({"one.md": "# One\n"})
    site.configure(free_service())
    with RunningService(site) as service:
        service.wait("pass.ended")
        site.docs({"two.md": "# Two\n"})
        assert service.client.post("/api/sync").status_code == 202
        service.wait("page.done", fits=lambda event: event["page"] == "two.md")


def test_sigterm_finishes_what_is_under_way_notes_it_and_exits_0(site: Site) -> None:
    several(site)
    site.box.faults(latency=LATENCY)
    with RunningService(site) as service:
        while site.box.requests("exec") < 5:
            assert service.count("pass.ended") == 0
        assert service.end() == 0
        assert service.events[-1]["event"] == "service.stopped"
    recovers(site)


def test_a_second_signal_stops_at_once(site: Site) -> None:
    several(site)
    site.box.faults(latency=2.0)
    with RunningService(site) as service:
        while site.box.requests("exec") < 1:
            pass
        service.send(signal.SIGTERM)
        service.wait("service.stopping")
        service.send(signal.SIGTERM)
        assert service.ended() == 128 + signal.SIGTERM
    recovers(site)


@pytest.mark.slow
def test_a_pass_that_hangs_does_not_keep_the_service_for_ever(site: Site) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/handbook.git"
        site.configure(free_service(), source__repo=url, source__ref="main")
        with RunningService(site) as service:
            assert service.end() == 1
            assert service.wait("service.abandoned")["mirror"] == "handbook"


def test_a_killed_service_goes_on_where_it_was(site: Site) -> None:
    several(site)
    site.box.faults(latency=LATENCY)
    with RunningService(site) as service:
        while site.box.requests("exec") < 5:
            assert service.count("pass.ended") == 0
        os.kill(service.pid, signal.SIGKILL)
        assert service.ended() == -signal.SIGKILL
    site.box.faults()
    with RunningService(site) as service:
        service.wait("pass.ended", fits=lambda event: event["result"] == "ok")
        assert len(site.live()) == 24
        assert service.end() == 0


def test_a_reload_takes_another_config(site: Site) -> None:
    site.docs({"one.md": "# One\n", "drafts/two.md": "# Two\n"})
    site.configure(free_service(), source__exclude=["drafts/**"])
    with RunningService(site) as service:
        service.wait("pass.ended")
        assert set(site.live()) == {"One"}
        site.configure(free_service())
        service.send(signal.SIGHUP)
        service.wait("page.done", fits=lambda event: event["page"] == "drafts/two.md")
        assert set(site.live()) == {"One", "Two"}


def test_a_bad_config_keeps_the_old_settings_and_says_so(site: Site) -> None:
    site.docs({"one.md": "# One\n"})
    site.configure(free_service(poll="1s"))
    with RunningService(site) as service:
        service.wait("pass.ended")
        site.configure("[service]\nlisten = 3\n")
        service.send(signal.SIGHUP)
        refused = service.wait("config.refused")
        assert "listen" in refused["why"]
        site.docs({"two.md": "# Two\n"})
        service.wait("page.done", fits=lambda event: event["page"] == "two.md")
        assert service.client.get("/healthz").status_code == 200


def test_a_port_that_is_taken_is_told_and_nothing_starts(site: Site) -> None:
    site.docs({"one.md": "# One\n"})
    port = site.box.url.rpartition(":")[2]
    site.configure(free_service(listen=f"127.0.0.1:{port}"))
    ran = site("run")
    assert ran.code == 2
    assert f"can't listen on 127.0.0.1:{port}" in ran.err


def test_a_mirror_that_breaks_holds_up_no_other(site: Site) -> None:
    site.docs({"one.md": "# One\n"})
    other = site.config.read_text("utf-8").replace("[mirrors.handbook", "[mirrors.broken")
    other = other.replace(site.box.exec.base_url, "http://127.0.0.1:9/rest/v1")
    site.configure(other + free_service())
    with RunningService(site) as service:
        service.wait("pass.failed", fits=lambda event: event["mirror"] == "broken")
        service.wait("pass.ended", fits=lambda event: event["mirror"] == "handbook")
        assert service.client.get("/readyz").status_code == 200
        mirrors = {row["name"]: row for row in service.client.get("/api/status").json()["mirrors"]}
        assert mirrors["handbook"]["result"] == "ok"
        assert mirrors["broken"]["activity"] == "paused"


def recovers(site: Site) -> None:
    """What was sent is there once, the rest comes with the next pass, and then there is nothing to do."""
    site.box.faults()
    site.done("sync")
    assert len(site.live()) == 24
    sent = site.box.requests("exec")
    site.done("sync")
    assert site.box.requests("exec") == sent

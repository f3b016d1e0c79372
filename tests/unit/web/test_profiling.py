import re

from flask import Flask

from flexmeasures.web.profiling import time_requests


def test_each_answer_says_how_long_it_took() -> None:
    app = Flask("test")
    app.add_url_rule("/", "home", lambda: "hello")
    time_requests(app)
    answer = app.test_client().get("/")
    assert re.fullmatch(r"total;dur=\d+\.\d, processor;dur=\d+\.\d", answer.headers["Server-Timing"])


def test_an_answer_to_nothing_is_timed_too() -> None:
    app = Flask("test")
    time_requests(app)
    answer = app.test_client().get("/nowhere")
    assert answer.status_code == 404
    assert "Server-Timing" in answer.headers

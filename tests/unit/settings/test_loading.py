from datetime import timedelta
from pathlib import Path

import pytest

from flexmeasures.domain.errors import InvalidSetting
from flexmeasures.settings.loading import Loaded, load
from flexmeasures.settings.schema import Settings

DOCUMENTED = {
    "LOGGING_LEVEL": 30,
    "FLEXMEASURES_MODE": "",
    "FLEXMEASURES_HOSTS_AND_AUTH_START": {"flexmeasures.io": "2021-01"},
    "FLEXMEASURES_DB_BACKUP_PATH": "migrations/dumps",
    "FLEXMEASURES_PROFILE_REQUESTS": False,
    "FLEXMEASURES_PLATFORM_NAME": "FlexMeasures",
    "FLEXMEASURES_HIDE_NAN_IN_UI": False,
    "RQ_DASHBOARD_POLL_INTERVAL": 3000,
    "FLEXMEASURES_TIMEZONE": "Asia/Seoul",
    "FLEXMEASURES_PLANNING_TTL": timedelta(days=7),
    "FLEXMEASURES_PLANNING_HORIZON": timedelta(hours=2 * 24),
    "DARK_SKY_API_KEY": None,
    "MAPBOX_ACCESS_TOKEN": None,
    "FLEXMEASURES_TASK_CHECK_AUTH_TOKEN": None,
    "SQLALCHEMY_DATABASE_URI": None,
    "SQLALCHEMY_ENGINE_OPTIONS": {
        "pool_recycle": 299,
        "pool_pre_ping": True,
        "connect_args": {"options": "-c timezone=utc"},
    },
    "SECURITY_PASSWORD_SALT": None,
    "SECURITY_TOKEN_AUTHENTICATION_HEADER": "Authorization",
    "SECURITY_TOKEN_MAX_AGE": 60 * 60 * 6,
    "SECURITY_TRACKABLE": False,
    "CORS_ORIGINS": [],
    "CORS_RESOURCES": [r"/api/*"],
    "CORS_SUPPORTS_CREDENTIALS": True,
    "MAIL_SERVER": "localhost",
    "MAIL_PORT": 25,
    "MAIL_USE_TLS": False,
    "MAIL_USE_SSL": False,
    "MAIL_USERNAME": None,
    "MAIL_DEFAULT_SENDER": ("FlexMeasures", "no-reply@example.com"),
    "MAIL_PASSWORD": None,
    "FLEXMEASURES_REDIS_URL": "localhost",
    "FLEXMEASURES_REDIS_PORT": 6379,
    "FLEXMEASURES_REDIS_DB_NR": 0,
    "FLEXMEASURES_REDIS_PASSWORD": None,
    "FLEXMEASURES_PUBLIC_DEMO_CREDENTIALS": None,
    "FLEXMEASURES_DEMO_YEAR": None,
    "FLEXMEASURES_SHOW_CONTROL_UI": False,
}


def from_environment(home: Path, **variables: str) -> Loaded:
    return load({"HOME": str(home), "FLEXMEASURES_ENV": "testing", **variables})


def settings(home: Path, **variables: str) -> Settings:
    return from_environment(home, **variables).settings


def complaint(home: Path, **variables: str) -> str:
    with pytest.raises(InvalidSetting) as caught:
        from_environment(home, **variables)
    return str(caught.value)


@pytest.mark.parametrize("name", DOCUMENTED)
def test_documented_defaults_hold(name: str, tmp_path: Path) -> None:
    assert getattr(settings(tmp_path), name) == DOCUMENTED[name]


def test_every_setting_says_what_it_means() -> None:
    assert all(field.description for name, field in Settings.model_fields.items() if name.isupper())


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("FLEXMEASURES_HIDE_NAN_IN_UI", "true", True),
        ("CORS_SUPPORTS_CREDENTIALS", "false", False),
        ("MAIL_PORT", "1025", 1025),
        ("CORS_ORIGINS", '["null", "https://example.com"]', ["null", "https://example.com"]),
        ("CORS_ORIGINS", "*", "*"),
        ("MAIL_DEFAULT_SENDER", '["A", "a@example.com"]', ("A", "a@example.com")),
        ("FLEXMEASURES_HOSTS_AND_AUTH_START", '{"example.com": "2020-02"}', {"example.com": "2020-02"}),
        ("FLEXMEASURES_PLANNING_HORIZON", "PT36H", timedelta(hours=36)),
        ("FLEXMEASURES_PLANNING_HORIZON", "3600", timedelta(hours=1)),
        ("FLEXMEASURES_PLANNING_TTL", "-1", timedelta(seconds=-1)),
        ("LOGGING_LEVEL", "debug", 10),
        ("LOGGING_LEVEL", "logging.INFO", 20),
        ("LOGGING_LEVEL", "40", 40),
        ("FLEXMEASURES_DEMO_YEAR", "2015", 2015),
        ("FLEXMEASURES_PUBLIC_DEMO_CREDENTIALS", '["a@example.com", "pw"]', ("a@example.com", "pw")),
        ("FLEXMEASURES_JOB_TIMEOUT", '{"scheduling": 60}', {"scheduling": timedelta(minutes=1)}),
        ("FLEXMEASURES_DEMO_YEAR", "", None),
    ],
)
def test_environment_variables_are_read_by_type(name: str, text: str, value: object, tmp_path: Path) -> None:
    assert getattr(settings(tmp_path, **{name: text}), name) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("FLEXMEASURES_REDIS_PORT", "abc"),
        ("FLEXMEASURES_REDIS_PORT", "70000"),
        ("FLEXMEASURES_TIMEZONE", "Mars/Olympus"),
        ("LOGGING_LEVEL", "LOUD"),
        ("FLEXMEASURES_PLANNING_HORIZON", "PT0H"),
        ("FLEXMEASURES_ENV", "prod"),
        ("MAIL_USE_TLS", "perhaps"),
        ("FLEXMEASURES_DEMO_YEAR", "twenty"),
        ("FLEXMEASURES_HOSTS_AND_AUTH_START", "example.com"),
    ],
)
def test_a_wrong_value_is_named_with_its_setting_and_origin(name: str, text: str, tmp_path: Path) -> None:
    message = complaint(tmp_path, **{name: text})
    assert f"{name} is '{text}', from the environment:" in message
    assert "Default:" in message


def test_all_wrong_values_are_named_at_once(tmp_path: Path) -> None:
    message = complaint(tmp_path, MAIL_PORT="a", FLEXMEASURES_REDIS_DB_NR="-1")
    assert "MAIL_PORT" in message
    assert "FLEXMEASURES_REDIS_DB_NR" in message


def test_a_wrong_secret_is_not_shown(tmp_path: Path) -> None:
    message = complaint(tmp_path, SQLALCHEMY_DATABASE_URI="mysql://me:hidden@host/db")
    assert "hidden" not in message
    assert "postgresql://" in message


def test_an_unknown_name_is_reported_with_the_nearest_one(tmp_path: Path) -> None:
    warnings = from_environment(tmp_path, FLEXMEASURES_REDIS_PROT="1").warnings
    assert warnings == (
        "There is no setting FLEXMEASURES_REDIS_PROT (from the environment); it is ignored. "
        "Did you mean FLEXMEASURES_REDIS_PORT?",
    )


def test_files_are_python_and_the_environment_wins(tmp_path: Path) -> None:
    (tmp_path / ".flexmeasures.cfg").write_text(
        "from datetime import timedelta\n"
        "FLEXMEASURES_PLANNING_TTL = timedelta(days=2)\n"
        "FLEXMEASURES_PLATFORM_NAME = 'From the first'\n"
        "MAIL_PORT = 1\n"
    )
    (tmp_path / "flexmeasures.cfg").write_text(
        "FLEXMEASURES_PLATFORM_NAME = 'From the second'\nMAIL_PORT = 2\n"
    )
    instance = tmp_path / "instance"
    instance.mkdir()
    (instance / "flexmeasures.cfg").write_text("MAIL_PORT = 3\n")
    found = settings(tmp_path, FLEXMEASURES_INSTANCE_PATH=str(instance), MAIL_PORT="4")
    assert timedelta(days=2) == found.FLEXMEASURES_PLANNING_TTL
    assert found.FLEXMEASURES_PLATFORM_NAME == "From the second"
    assert found.MAIL_PORT == 4
    assert settings(tmp_path, FLEXMEASURES_INSTANCE_PATH=str(instance)).MAIL_PORT == 3


def test_a_file_of_the_home_folder_can_name_the_instance(tmp_path: Path) -> None:
    (tmp_path / "flexmeasures.cfg").write_text("FLEXMEASURES_INSTANCE_PATH = '~/elsewhere'\n")
    assert settings(tmp_path).instance == tmp_path / "elsewhere"


def test_a_wrong_value_in_a_file_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "flexmeasures.cfg").write_text("MAIL_PORT = 'x'\n")
    assert f"MAIL_PORT is 'x', from {tmp_path / 'flexmeasures.cfg'}:" in complaint(tmp_path)


def test_dotenv_in_the_working_directory_gives_way_to_the_environment(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "export FLASK_ENV=development\nMAIL_PORT=7\n# comment\nMAIL_SERVER='a b'\n"
    )
    found = load({"HOME": str(tmp_path), "MAIL_PORT": "8"}, tmp_path).settings
    assert (found.FLEXMEASURES_ENV, found.MAIL_PORT, found.MAIL_SERVER) == ("development", 8, "a b")


def test_the_environment_may_be_named_as_flask_does(tmp_path: Path) -> None:
    assert (
        load({"HOME": str(tmp_path), "FLASK_ENV": "development"}).settings.FLEXMEASURES_ENV == "development"
    )
    both = {"HOME": str(tmp_path), "FLASK_ENV": "production", "FLEXMEASURES_ENV": "testing"}
    assert load(both).settings.FLEXMEASURES_ENV == "testing"


def test_settings_of_libraries_pass_through(tmp_path: Path) -> None:
    (tmp_path / "flexmeasures.cfg").write_text("SECURITY_RECOVERABLE = False\nANYTHING = [1]\nlower = 2\n")
    flask = settings(
        tmp_path, MAIL_DEBUG="true", SESSION_COOKIE_NAME="cookie", RATELIMIT_ENABLED="False"
    ).for_flask()
    assert flask["SECURITY_RECOVERABLE"] is False
    assert flask["ANYTHING"] == [1]
    assert flask["MAIL_DEBUG"] is True
    assert flask["SESSION_COOKIE_NAME"] == "cookie"
    assert flask["RATELIMIT_ENABLED"] is False
    assert "lower" not in flask


def test_the_salt_falls_back_to_the_secret_key(tmp_path: Path) -> None:
    assert settings(tmp_path, SECRET_KEY="key").for_flask()["SECURITY_PASSWORD_SALT"] == "key"
    both = settings(tmp_path, SECRET_KEY="key", SECURITY_PASSWORD_SALT="salt").for_flask()
    assert both["SECURITY_PASSWORD_SALT"] == "salt"


def test_secrets_are_not_in_the_representation(tmp_path: Path) -> None:
    found = settings(
        tmp_path,
        SECRET_KEY="hide-1",
        MAIL_PASSWORD="hide-2",
        FLEXMEASURES_REDIS_PASSWORD="hide-3",
        SQLALCHEMY_DATABASE_URI="postgresql://me:hide-4@host/db",
        SECURITY_TOTP_SECRETS='{"1": "hide-5"}',
    )
    assert "hide-" not in repr(found)
    assert "hide-" not in str(found)


def test_settings_cannot_be_changed(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="frozen"):
        settings(tmp_path).MAIL_PORT = 3


def test_unset_servers_mean_embedded_ones(tmp_path: Path) -> None:
    found = settings(tmp_path)
    assert found.database_uri is None
    assert found.redis_uri is None


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg2"])
def test_the_documented_database_uri_works_as_it_stands(scheme: str, tmp_path: Path) -> None:
    found = settings(tmp_path, SQLALCHEMY_DATABASE_URI=f"{scheme}://me:pw@127.0.0.1/db")
    assert found.database_uri == "postgresql+psycopg://me:pw@127.0.0.1/db"


@pytest.mark.parametrize(
    ("variables", "uri"),
    [
        ({"FLEXMEASURES_REDIS_PORT": "7000"}, "redis://localhost:7000/0"),
        ({"FLEXMEASURES_REDIS_URL": "queue.example.com"}, "redis://queue.example.com:6379/0"),
        (
            {"FLEXMEASURES_REDIS_PASSWORD": "a/b", "FLEXMEASURES_REDIS_DB_NR": "3"},
            "redis://:a%2Fb@localhost:6379/3",
        ),
        ({"FLEXMEASURES_REDIS_URL": "redis://queue:1/2"}, "redis://queue:1/2"),
        ({"FLEXMEASURES_REDIS_URL": "unix:///run/redis.sock"}, "unix:///run/redis.sock"),
    ],
)
def test_one_redis_setting_is_enough(variables: dict[str, str], uri: str, tmp_path: Path) -> None:
    assert settings(tmp_path, **variables).redis_uri == uri


def test_play_mode_allows_other_values(tmp_path: Path) -> None:
    assert settings(tmp_path, FLEXMEASURES_MODE="play").rules.allow_overwrite
    assert settings(tmp_path, FLEXMEASURES_ALLOW_DATA_OVERWRITE="true").rules.allow_overwrite
    assert not settings(tmp_path).rules.allow_overwrite


@pytest.mark.parametrize("given", ["one, two", '["one", "two"]'])
def test_plugins_are_a_list_or_a_text_with_commas(given: str, tmp_path: Path) -> None:
    assert settings(tmp_path, FLEXMEASURES_PLUGINS=given).plugin_modules == ["one", "two"]


def test_only_production_redirects_to_https(tmp_path: Path) -> None:
    redirecting = {
        name: settings(tmp_path, FLEXMEASURES_ENV=name, SECRET_KEY="k").redirects_to_https
        for name in ("production", "staging", "development", "testing")
    }
    assert redirecting == {"production": True, "staging": False, "development": False, "testing": False}
    assert settings(tmp_path, FLEXMEASURES_FORCE_HTTPS="true").redirects_to_https
